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

    /// <summary>
    /// What one picture of a request may cost: one row where the size is settled, else one a shape; and where the quality is left to
    /// the vendor, the same for each quality it may tell.
    /// </summary>
    public Quote QuoteFor(string? quality, PixelSize? size)
    {
        var shapes = size is null ? PriceRow.Shapes : [PriceRow.ShapeOf(size)];
        List<PriceRow> rows = [.. shapes.Select(shape => For(quality, shape) with { Quality = null, Shape = shape })];
        var told = quality is null or "auto"
            ? Rows.Select(row => row.Quality).OfType<string>().Distinct(StringComparer.Ordinal).Where(name => name != "auto").SelectMany(name => Told(name, rows))
            : [];

        // What has no quality stands first: a version that knows no others takes the first row that matches.
        return new Quote([.. Merged(rows), .. told]);
    }

    // Never more than the price of a quality that nobody told, since that is what is held; none where it makes no difference.
    private IReadOnlyList<PriceRow> Told(string quality, IReadOnlyList<PriceRow> open)
    {
        List<PriceRow> rows = [.. open.Select(row => For(quality, row.Shape!).AtMost(row) with { Quality = quality, Shape = row.Shape })];
        return rows.Zip(open).All(pair => pair.First with { Quality = null } == pair.Second) ? [] : Merged(rows);
    }

    private static IReadOnlyList<PriceRow> Merged(IReadOnlyList<PriceRow> rows) =>
        rows.DistinctBy(row => (row.Ours, row.List)).Count() == 1 ? [rows[0] with { Shape = null }] : rows;

    private PriceRow For(string? quality, string shape) =>
        Rows.First(row => (row.Quality is null || row.Quality == (quality ?? "auto")) && (row.Shape is null || row.Shape == shape));
}

/// <summary>What one picture of a job costs, fixed when the job is accepted; a later price changes nothing.</summary>
/// <param name="Rows">One without a shape, or one for each shape; behind them the same for each quality that the vendor may tell, where it was left to it.</param>
internal sealed record Quote(IReadOnlyList<PriceRow> Rows)
{
    /// <summary>The dearest picture that may come.</summary>
    public Micros Highest => Rows.MaxBy(row => row.Ours.Value)!.Ours;

    /// <summary>The dearest picture at the vendor's own price.</summary>
    public Micros HighestList => Rows.MaxBy(row => row.List.Value)!.List;

    /// <summary>The price of a picture that was delivered, in the quality that its vendor told, if it did.</summary>
    public PriceRow For(PixelSize delivered, string? quality)
    {
        var shape = PriceRow.ShapeOf(delivered);
        return Row(quality) ?? Row(null) ?? Rows[0];

        PriceRow? Row(string? name) => Rows.FirstOrDefault(row => row.Quality == name && (row.Shape is null || row.Shape == shape));
    }

    /// <summary>True when a picture of this quality has a price of its own.</summary>
    public bool Knows(string quality) => Rows.Any(row => row.Quality == quality);
}

/// <summary>One line of a price list.</summary>
/// <param name="Quality">The <c>quality</c> it is for, or null for any.</param>
/// <param name="Shape"><c>square</c>, <c>wide</c> or <c>tall</c>, or null for any.</param>
/// <param name="Ours">Charged for a delivered picture.</param>
/// <param name="List">The vendor's own price.</param>
internal sealed record PriceRow(string? Quality, string? Shape, Micros Ours, Micros List)
{
    public static IReadOnlyList<string> Shapes { get; } = ["square", "wide", "tall"];

    /// <summary>This row, no dearer than another.</summary>
    public PriceRow AtMost(PriceRow other) => this with
    {
        Ours = new Micros(Math.Min(Ours.Value, other.Ours.Value)),
        List = new Micros(Math.Min(List.Value, other.List.Value)),
    };

    public static string ShapeOf(PixelSize? size) => size switch
    {
        { } s when s.Width > s.Height => "wide",
        { } s when s.Width < s.Height => "tall",
        _ => "square",
    };
}
