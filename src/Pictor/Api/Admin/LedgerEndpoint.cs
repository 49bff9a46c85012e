using System.Globalization;
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
        var filter = new LedgerFilter { Limit = paging.Limit + 1, JobId = QueryFilters.Text(http, "job"), Account = QueryFilters.Text(http, "account"), Kind = QueryFilters.Text(http, "kind") };
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
