using Pictor.Images;

namespace Pictor.Catalog;

/// <summary>One line of a price list.</summary>
/// <param name="Quality">The <c>quality</c> it is for, or null for any.</param>
/// <param name="Shape"><c>square</c>, <c>wide</c> or <c>tall</c>, or null for any.</param>
/// <param name="Ours">Charged for a delivered picture.</param>
/// <param name="List">The vendor's own price.</param>
/// <param name="MaxPixels">Width times height of the largest picture it is for, or null for any.</param>
internal sealed record PriceRow(string? Quality, string? Shape, Micros Ours, Micros List, long? MaxPixels = null)
{
    /// <summary>More pixels than any picture has here.</summary>
    public const long MostPixels = 1_000_000_000;

    public static IReadOnlyList<string> Shapes { get; } = ["square", "wide", "tall"];

    /// <summary>True for a row that every picture of its quality matches.</summary>
    public bool IsForAnySize => Shape is null && MaxPixels is null;

    public static string ShapeOf(PixelSize size) => size.Width > size.Height ? "wide" : size.Width < size.Height ? "tall" : "square";

    public bool IsFor(PixelSize size) => (Shape is null || Shape == ShapeOf(size)) && (MaxPixels is null || size.Area <= MaxPixels);

    /// <summary>This row, no dearer than another.</summary>
    public PriceRow AtMost(PriceRow other) => this with { Ours = Micros.Min(Ours, other.Ours), List = Micros.Min(List, other.List) };
}
