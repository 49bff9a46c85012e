using Pictor.Images;

namespace Pictor.Catalog;

/// <summary>One model as callers know it.</summary>
/// <param name="Name">The public name in a request.</param>
/// <param name="OwnedBy">The vendor, for <c>owned_by</c>.</param>
/// <param name="Description">One English sentence.</param>
/// <param name="Released">For <c>created</c>.</param>
/// <param name="Capabilities">What it accepts.</param>
/// <param name="Price">What it costs, or null: then it cannot be used.</param>
internal sealed record Model(string Name, string OwnedBy, string Description, DateOnly Released, Capabilities Capabilities, Price? Price);
