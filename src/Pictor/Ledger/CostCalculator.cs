using Pictor.Catalog;
using Pictor.Images;

namespace Pictor.Ledger;

/// <summary>What a job holds, what it is charged, and what the same pictures cost at the vendor's list price.</summary>
internal static class CostCalculator
{
    /// <summary>The largest charge a request can reach.</summary>
    /// <exception cref="OverflowException">Prices and counts are bounded, so this cannot happen; it is an error all the same, and never a small number.</exception>
    public static Micros Hold(Quote quote, int count) => quote.Highest * count;

    /// <summary>For what was delivered, by the shape it has, and never more than what is held.</summary>
    public static Micros Charge(Quote quote, IEnumerable<PixelSize> delivered, Micros held)
    {
        var sum = Sum(delivered.Select(size => quote.For(size).Ours));
        return sum.Value < held.Value ? sum : held;
    }

    /// <summary>The same pictures at the vendor's own price.</summary>
    public static Micros List(Quote quote, IEnumerable<PixelSize> delivered) => Sum(delivered.Select(size => quote.For(size).List));

    private static Micros Sum(IEnumerable<Micros> amounts) => amounts.Aggregate(new Micros(0), (sum, amount) => sum + amount);
}
