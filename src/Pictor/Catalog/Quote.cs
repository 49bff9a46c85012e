using Pictor.Images;

namespace Pictor.Catalog;

/// <summary>What one picture of a job costs, fixed when the job is accepted; a later price changes nothing.</summary>
/// <param name="Rows">
/// One for any size, or, where the vendor decides the size, those of the price list, the first that matches deciding; behind them the
/// same for each quality that the vendor may tell, where that was left to it.
/// </param>
internal sealed record Quote(IReadOnlyList<PriceRow> Rows)
{
    /// <summary>The dearest picture that may come.</summary>
    public Micros Highest => Open.MaxBy(row => row.Ours.Value)!.Ours;

    /// <summary>The dearest picture at the vendor's own price.</summary>
    public Micros HighestList => Open.MaxBy(row => row.List.Value)!.List;

    // A quality that is told never costs more than one that is not, so these are what can be reached.
    private IEnumerable<PriceRow> Open => Rows.Where(row => row.Quality is null);

    /// <summary>The price of a picture that was delivered, in the quality that its vendor told, if it did; never more than without it.</summary>
    public PriceRow For(PixelSize delivered, string? quality)
    {
        var open = Row(null) ?? Rows[0];
        return quality is not null && Row(quality) is { } told ? told.AtMost(open) : open;

        PriceRow? Row(string? name) => Rows.FirstOrDefault(row => row.Quality == name && row.IsFor(delivered));
    }

    /// <summary>True when a picture of this quality has a price of its own.</summary>
    public bool Knows(string quality) => Rows.Any(row => row.Quality == quality);
}
