using System.Globalization;
using Pictor.Jobs;
using Pictor.Keys;

namespace Pictor.Api.Billing;

/// <summary><c>/dashboard/billing/…</c>: what chat shells ask for their balance line, with and without <c>/v1</c>.</summary>
internal static class BillingEndpoint
{
    /// <summary>What the consoles that began this habit say of a key without a limit.</summary>
    private const decimal Unlimited = 100_000_000m;

    /// <summary>The key's budget; what administrators gave beside it counts, so that limit less usage is what is left.</summary>
    public static async Task<IResult> SubscriptionAsync(HttpContext http, KeyBalances balances, JobStore jobs, TimeProvider time)
    {
        var limit = Unlimited;
        if (await balances.FindAsync(http.Key().Id, http.RequestAborted) is { Budget: { } budget } spending)
        {
            var now = time.GetUtcNow();
            var from = budget.IsMonthly ? new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero) : DateTimeOffset.UnixEpoch;
            var charged = await jobs.SpentAsync(http.Key().Id, from, DateTimeOffset.MaxValue, http.RequestAborted);
            limit = (budget.Amount + charged - spending.Counted).Value / 1_000_000m;
        }

        return Results.Json(
            new SubscriptionWire("billing_subscription", HasPaymentMethod: true, limit, limit, limit, AccessUntil: http.Key().ExpiresAt?.ToUnixTimeSeconds() ?? 0),
            BillingWire.Default.SubscriptionWire);
    }

    /// <summary>What the key has spent from <c>start_date</c> to <c>end_date</c>, in hundredths of a dollar.</summary>
    public static async Task<IResult> UsageAsync(HttpContext http, JobStore jobs)
    {
        var from = Day(http, "start_date") ?? DateTimeOffset.UnixEpoch;
        var until = Day(http, "end_date") is { Year: < 9999 } end ? end.AddDays(1) : DateTimeOffset.MaxValue;
        var spent = await jobs.SpentAsync(http.Key().Id, from, until, http.RequestAborted);
        return Results.Json(new BillingUsageWire("list", (decimal)spent.Value / 10_000m), BillingWire.Default.BillingUsageWire);
    }

    private static DateTimeOffset? Day(HttpContext http, string name) =>
        DateTimeOffset.TryParseExact(http.Request.Query[name].ToString(), "yyyy-M-d", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day) ? day : null;
}
