using Pictor.Images;

namespace Pictor.Catalog;

/// <summary>An amount of money in millionths; money is never a floating-point number.</summary>
internal readonly record struct Micros(long Value)
{
    public static Micros operator *(Micros amount, int count) => new(checked(amount.Value * count));

    public static Micros operator +(Micros left, Micros right) => new(checked(left.Value + right.Value));

    public static Micros operator -(Micros left, Micros right) => new(checked(left.Value - right.Value));

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
    /// <summary>The largest price of one picture, in USD.</summary>
    public const decimal Largest = 1000m;

    public static Price Flat(decimal ours, decimal list, string source) =>
        new("USD", [new PriceRow(null, null, Micros.Of(ours), Micros.Of(list))], source);

    /// <summary>The price of one picture of a request.</summary>
    public PriceRow For(string? quality, PixelSize? size) =>
        For(quality, PriceRow.ShapeOf(size));

    /// <summary>What one picture of a request may cost: one row where the size is settled, else one a shape.</summary>
    public Quote QuoteFor(string? quality, PixelSize? size)
    {
        if (size is not null)
        {
            return new Quote([For(quality, size) with { Quality = null, Shape = null }]);
        }

        var rows = PriceRow.Shapes.Select(shape => For(quality, shape) with { Quality = null, Shape = shape }).ToList();
        return new Quote(rows.DistinctBy(row => (row.Ours, row.List)).Count() == 1 ? [rows[0] with { Shape = null }] : rows);
    }

    private PriceRow For(string? quality, string shape) =>
        Rows.First(row => (row.Quality is null || row.Quality == (quality ?? "auto")) && (row.Shape is null || row.Shape == shape));
}

/// <summary>What one picture of a job costs, fixed when the job is accepted; a later price changes nothing.</summary>
/// <param name="Rows">One without a shape, or one for each shape.</param>
internal sealed record Quote(IReadOnlyList<PriceRow> Rows)
{
    /// <summary>The dearest picture that may come.</summary>
    public Micros Highest => Rows.MaxBy(row => row.Ours.Value)!.Ours;

    /// <summary>The dearest picture at the vendor's own price.</summary>
    public Micros HighestList => Rows.MaxBy(row => row.List.Value)!.List;

    /// <summary>The price of a picture that was delivered.</summary>
    public PriceRow For(PixelSize delivered) =>
        Rows.FirstOrDefault(row => row.Shape is null || row.Shape == PriceRow.ShapeOf(delivered)) ?? Rows[0];
}

/// <summary>One line of a price list.</summary>
/// <param name="Quality">The <c>quality</c> it is for, or null for any.</param>
/// <param name="Shape"><c>square</c>, <c>wide</c> or <c>tall</c>, or null for any.</param>
/// <param name="Ours">Charged for a delivered picture.</param>
/// <param name="List">The vendor's own price.</param>
internal sealed record PriceRow(string? Quality, string? Shape, Micros Ours, Micros List)
{
    public static IReadOnlyList<string> Shapes { get; } = ["square", "wide", "tall"];

    public static string ShapeOf(PixelSize? size) => size switch
    {
        { } s when s.Width > s.Height => "wide",
        { } s when s.Width < s.Height => "tall",
        _ => "square",
    };
}
