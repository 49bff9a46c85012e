using Pictor.Images;

namespace Pictor.Catalog;

/// <summary>A name that a channel brings, and what is known of the upstream model behind it.</summary>
/// <param name="Name">The public name.</param>
/// <param name="Upstream">The vendor's name, which may also be the public name of a model of the catalogue.</param>
/// <param name="Capabilities">What the provider's table says of it, or null where it has no such row.</param>
/// <param name="ListPrice">The vendor's price a picture in that row, or null.</param>
/// <param name="Checked">When that row was compared with the vendor's page.</param>
internal sealed record BroughtModel(string Name, string Upstream, Capabilities? Capabilities, Micros? ListPrice, string? Checked);
