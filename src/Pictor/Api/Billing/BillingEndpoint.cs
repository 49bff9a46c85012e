using System.Globalization;
using Pictor.Jobs;

namespace Pictor.Api.Billing;

/// <summary><c>/dashboard/billing/…</c>: what chat shells ask for their balance line, with and without <c>/v1</c>.</summary>
internal static class BillingEndpoint
{
    /// <summary>What the consoles that began this habit say of a key without a limit.</summary>
    private const decimal Unlimited = 100_000_000m;

    public static IResult Subscription(HttpContext http)
    {
        var key = http.Key();
        var limit = key.Budget is { } budget ? budget.Amount.Value / 1_000_000m : Unlimited;
        return Results.Json(
            new SubscriptionWire("billing_subscription", HasPaymentMethod: true, limit, limit, limit, key.ExpiresAt?.ToUnixTimeSeconds() ?? 0),
            BillingWire.Default.SubscriptionWire);
    }

    /// <summary>What the key has spent from <c>start_date</c> to <c>end_date</c>, in hundredths of a dollar.</summary>
    public static async Task<IResult> UsageAsync(HttpContext http, JobStore jobs)
    {
        var from = Day(http, "start_date") ?? DateTimeOffset.UnixEpoch;
        var until = Day(http, "end_date")?.AddDays(1) ?? DateTimeOffset.MaxValue;
        var spent = await jobs.SpentAsync(http.Key().Id, from, until, http.RequestAborted);
        return Results.Json(new BillingUsageWire("list", (decimal)spent.Value / 10_000m), BillingWire.Default.BillingUsageWire);
    }

    private static DateTimeOffset? Day(HttpContext http, string name) =>
        DateTimeOffset.TryParseExact(http.Request.Query[name].ToString(), "yyyy-M-d", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day) && day.Year < 9999 ? day : null;
}
