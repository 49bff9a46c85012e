using Pictor.Catalog;
using Pictor.Images;

namespace Pictor.Ledger;

/// <summary>What a job holds, what it is charged, and what the same pictures cost at the vendor's list price.</summary>
internal static class CostCalculator
{
    /// <summary>The largest charge a request can reach.</summary>
    /// <exception cref="OverflowException">Prices and counts are bounded, so this cannot happen; it is an error all the same, and never a small number.</exception>
    public static Micros Hold(Quote quote, int count) => quote.Highest * count;

    /// <summary>For what was delivered, by the shape it has and the quality its vendor told, and never more than what is held.</summary>
    public static Micros Charge(Quote quote, IEnumerable<DeliveredPicture> delivered, Micros held)
    {
        var sum = Sum(delivered.Select(picture => quote.For(picture.Size, picture.Quality).Ours));
        return sum.Value < held.Value ? sum : held;
    }

    /// <summary>The same pictures at the vendor's own price.</summary>
    public static Micros List(Quote quote, IEnumerable<DeliveredPicture> delivered) => Sum(delivered.Select(picture => quote.For(picture.Size, picture.Quality).List));

    private static Micros Sum(IEnumerable<Micros> amounts) => amounts.Aggregate(new Micros(0), (sum, amount) => sum + amount);
}

/// <summary>What decides the price of a picture that was delivered.</summary>
/// <param name="Size">Measured on its bytes.</param>
/// <param name="Quality">As the vendor told it, where the request left it open; else null.</param>
internal readonly record struct DeliveredPicture(PixelSize Size, string? Quality);
