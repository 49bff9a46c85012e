using System.Globalization;
using Pictor.Catalog;
using Pictor.Images;
using Pictor.Ledger;
using Pictor.Storage;

namespace Pictor.Api.Admin;

/// <summary><c>/admin/ledger</c>: what the books say, and whether they are true.</summary>
internal static class LedgerEndpoint
{
    public static async Task<IResult> SummaryAsync(HttpContext http, Database database)
    {
        var report = await database.ReadAsync(session => LedgerVerifier.VerifyAsync(session, http.RequestAborted), http.RequestAborted);
        return Results.Json(LedgerReportWire.Of(report, withFaults: false), LedgerWire.Default.LedgerReportWire);
    }

    public static async Task<IResult> VerifyAsync(HttpContext http, Database database)
    {
        var report = await database.ReadAsync(session => LedgerVerifier.VerifyAsync(session, http.RequestAborted), http.RequestAborted);
        return Results.Json(LedgerReportWire.Of(report, withFaults: true), LedgerWire.Default.LedgerReportWire);
    }

    /// <summary>Newest first; <c>job</c>, <c>account</c> and <c>kind</c> narrow it.</summary>
    public static async Task<IResult> EntriesAsync(HttpContext http, LedgerStore ledger)
    {
        var paging = Paging.Of(http);
        var filter = new LedgerFilter { Limit = paging.Limit + 1, JobId = AdminQuery.Text(http, "job"), Account = AdminQuery.Text(http, "account"), Kind = AdminQuery.Text(http, "kind") };
        if (paging.After is { } after)
        {
            var parts = after.Split(':');
            filter = parts.Length == 2 && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? filter with { BeforeChain = parts[0], BeforeNumber = number }
                : throw RequestRules.Invalid("after must be the id of an entry", "after");
        }

        var found = await ledger.ListAsync(filter, http.RequestAborted);
        return Results.Json(new LedgerListWire([.. found.Take(paging.Limit).Select(LedgerEntryWire.Of)], found.Count > paging.Limit), LedgerWire.Default.LedgerListWire);
    }
}

/// <summary>Reads the filters of the admin lists.</summary>
internal static class AdminQuery
{
    /// <summary>The text of a query parameter; null when it is absent.</summary>
    public static string? Text(HttpContext http, string name) =>
        http.Request.Query[name].ToString() switch
        {
            "" => null,
            { Length: <= 200 } text when !text.Contains('\0') => text,
            _ => throw RequestRules.Invalid($"{name} must be at most 200 characters", name),
        };

    /// <summary>A day (<c>2026-11-20</c>), a time in ISO 8601, or seconds since 1970; null when it is absent.</summary>
    public static DateTimeOffset? Time(HttpContext http, string name)
    {
        if (Text(http, name) is not { } text)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < 253_402_300_800)
        {
            return DateTimeOffset.FromUnixTimeSeconds(seconds);
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at
            : throw RequestRules.Invalid($"{name} must be a day like 2026-11-20, a time in ISO 8601 or seconds since 1970", name);
    }

    /// <summary>Micro-units as a decimal string, with the sign of money that is owed.</summary>
    public static string Amount(long micros) => new Micros(micros).ToString();
}
