using System.Globalization;
using Pictor.Catalog;

namespace Pictor.Keys;

/// <summary>How much a key may spend: once, or in each month of UTC.</summary>
internal sealed record Budget(Micros Amount, bool IsMonthly)
{
    /// <summary>The largest amount a budget or an adjustment may have, in USD.</summary>
    public const decimal Largest = 1_000_000_000m;

    /// <summary>The word in rows and over HTTP.</summary>
    public string Period => IsMonthly ? "month" : "once";

    /// <summary>The month that spending at a time counts in.</summary>
    public static string MonthOf(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture);
}

/// <summary>How fast a key may spend; null is unlimited.</summary>
internal sealed record KeyLimits(int? RequestsPerMinute, int? ImagesPerMinute, int? Concurrent)
{
    public const int Largest = 1_000_000;

    public static KeyLimits None { get; } = new(null, null, null);
}

/// <summary>Where a key stands with its money.</summary>
/// <param name="Used">Charged and not given back, since the key was made.</param>
/// <param name="MonthUsed">The same, in the month now.</param>
/// <param name="Held">Reserved for its open jobs.</param>
/// <param name="OpenJobs">Jobs that have not ended.</param>
/// <param name="Budget">Its limit, or null.</param>
internal sealed record KeySpending(Micros Used, Micros MonthUsed, Micros Held, long OpenJobs, Budget? Budget)
{
    /// <summary>What counts against the budget.</summary>
    public Micros Counted => Budget is { IsMonthly: true } ? MonthUsed : Used;

    /// <summary>What may still be held; null for an unlimited key.</summary>
    public Micros? Left => Budget is null ? null : Budget.Amount - Counted - Held;
}
