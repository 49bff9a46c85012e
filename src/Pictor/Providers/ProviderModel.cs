using Pictor.Images;

namespace Pictor.Providers;

/// <summary>One model of a vendor as a provider's table lists it.</summary>
/// <param name="Name">The upstream model name.</param>
/// <param name="Capabilities">What the vendor's model takes through this provider.</param>
/// <param name="ListPrice">The vendor's price a picture in micro-units of USD, or null where it depends or is unknown.</param>
/// <param name="Checked">When the row was compared with the vendor's page, ISO date.</param>
/// <param name="MaxPerCall">How many pictures one call can make; more are asked for in parallel calls of the same job.</param>
internal sealed record ProviderModel(string Name, Capabilities Capabilities, long? ListPrice, string Checked, int MaxPerCall = 1);
