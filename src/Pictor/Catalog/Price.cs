using Pictor.Images;

namespace Pictor.Catalog;

/// <summary>What one picture of a model costs, ours beside the vendor's list price, by quality, shape and size where the vendor prices so.</summary>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Rows">The first row that matches decides; the last one has no conditions.</param>
/// <param name="Source">Where the list price was read, and when.</param>
internal sealed record Price(string Currency, IReadOnlyList<PriceRow> Rows, string Source)
{
    /// <summary>The largest price of one picture, in USD.</summary>
    public const decimal Largest = 1000m;

    public static Price Flat(decimal ours, decimal list, string source) =>
        new("USD", [new PriceRow(null, null, Micros.Of(ours), Micros.Of(list))], source);

    /// <summary>What is wrong with the order of rows, or null.</summary>
    public static string? Flaw(IReadOnlyList<PriceRow> rows) => rows.ToList().FindIndex(IsForAll) switch
    {
        -1 => "the last of rows must have no conditions, so that every picture has a price",
        var place when place < rows.Count - 1 => $"rows[{place}] has no conditions, so those behind it would never count",
        _ => null,
    };

    /// <summary>
    /// What one picture of a request may cost: one row where the size is settled, else those of its quality; and where the quality is
    /// left to the vendor, the same for each quality it may tell.
    /// </summary>
    public Quote QuoteFor(string? quality, PixelSize? size)
    {
        var open = RowsOf(quality ?? "auto", size);
        var told = quality is null or "auto"
            ? Rows.Select(row => row.Quality).OfType<string>().Distinct(StringComparer.Ordinal).Where(name => name != "auto").SelectMany(name => Told(name, size, open))
            : [];

        // What has no quality stands first: a version that knows no others takes the first row that matches.
        return new Quote([.. open, .. told]);
    }

    private static bool IsForAll(PriceRow row) => row is { Quality: null, IsForAnySize: true };

    // None where it makes no difference: a quality that is told never costs more than one that is not.
    private IReadOnlyList<PriceRow> Told(string quality, PixelSize? size, IReadOnlyList<PriceRow> open)
    {
        var rows = RowsOf(quality, size);
        return rows.Count == open.Count && rows.Zip(open).All(pair => pair.First.AtMost(pair.Second) == pair.Second)
            ? []
            : [.. rows.Select(row => row with { Quality = quality })];
    }

    // In their order, without those behind one that matches every size; a single one where the size makes no difference.
    private List<PriceRow> RowsOf(string quality, PixelSize? size)
    {
        var rows = new List<PriceRow>();
        foreach (var row in Rows.Where(row => (row.Quality is null || row.Quality == quality) && (size is not { } settled || row.IsFor(settled))))
        {
            var next = row with { Quality = null };
            rows.Add(size is null ? next : next with { Shape = null, MaxPixels = null });
            if (rows[^1].IsForAnySize)
            {
                break;
            }
        }

        return rows.DistinctBy(row => (row.Ours, row.List)).Count() == 1 ? [rows[^1]] : rows;
    }
}
