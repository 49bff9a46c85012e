using Pictor.Images;

namespace Pictor.Catalog;

/// <summary>An amount of money in millionths; money is never a floating-point number.</summary>
internal readonly record struct Micros(long Value)
{
    public static Micros operator *(Micros amount, int count) => new(checked(amount.Value * count));

    /// <summary>Reads <c>0.035</c> as 35,000 micro-units.</summary>
    public static Micros Of(decimal amount) => new(checked((long)(amount * 1_000_000m)));

    /// <summary>As a decimal string with two to six decimals: <c>0.035</c>, <c>3.50</c>.</summary>
    public override string ToString() => (Value / 1_000_000m).ToString("0.00####", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>What one picture of a model costs, ours beside the vendor's list price, by quality and shape where the vendor prices so.</summary>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Rows">The first row that matches decides; the last one has no conditions.</param>
/// <param name="Source">Where the list price was read, and when.</param>
internal sealed record Price(string Currency, IReadOnlyList<PriceRow> Rows, string Source)
{
    public static Price Flat(decimal ours, decimal list, string source) =>
        new("USD", [new PriceRow(null, null, Micros.Of(ours), Micros.Of(list))], source);

    /// <summary>The price of one picture of a request.</summary>
    public PriceRow For(string? quality, PixelSize? size) =>
        Rows.First(row => (row.Quality is null || row.Quality == (quality ?? "auto")) && (row.Shape is null || row.Shape == PriceRow.ShapeOf(size)));
}

/// <summary>One line of a price list.</summary>
/// <param name="Quality">The <c>quality</c> it is for, or null for any.</param>
/// <param name="Shape"><c>square</c>, <c>wide</c> or <c>tall</c>, or null for any.</param>
/// <param name="Ours">Charged for a delivered picture.</param>
/// <param name="List">The vendor's own price.</param>
internal sealed record PriceRow(string? Quality, string? Shape, Micros Ours, Micros List)
{
    public static string ShapeOf(PixelSize? size) => size switch
    {
        { } s when s.Width > s.Height => "wide",
        { } s when s.Width < s.Height => "tall",
        _ => "square",
    };
}
