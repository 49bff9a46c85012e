using Pictor.Images;
using Pictor.Ledger;

namespace Pictor.Api.Usage;

/// <summary><c>GET /v1/usage</c> and <c>/admin/usage</c>: what was made and what it cost, added up.</summary>
internal static class UsageEndpoint
{
    private const int DefaultDays = 30;
    private static readonly string[] Own = ["day", "model", "key"];
    private static readonly string[] All = [.. UsageStore.Dimensions];

    /// <summary>The caller's own; without what its pictures cost upstream.</summary>
    public static async Task<IResult> OwnAsync(HttpContext http, UsageStore usage, TimeProvider time)
    {
        var question = Question(http, Own, ["day"], http.Key().Id, time);
        return Answer(question, await usage.ReadAsync(question, http.RequestAborted), withUpstream: false);
    }

    /// <summary>Everybody's.</summary>
    public static async Task<IResult> AllAsync(HttpContext http, UsageStore usage, TimeProvider time)
    {
        var question = Question(http, All, ["day", "model"], QueryFilters.Text(http, "key"), time);
        return Answer(question, await usage.ReadAsync(question, http.RequestAborted), withUpstream: true);
    }

    private static IResult Answer(UsageQuestion question, IReadOnlyList<UsageRow> rows, bool withUpstream) => Results.Json(
        new UsageListWire([.. rows.Select(row => UsageWire.Of(row, withUpstream))], question.From.ToUnixTimeSeconds(), question.To.ToUnixTimeSeconds(), question.By),
        UsageJson.Default.UsageListWire);

    private static UsageQuestion Question(HttpContext http, string[] known, string[] usual, string? keyId, TimeProvider time)
    {
        var text = QueryFilters.Text(http, "by");
        IReadOnlyList<string> by = text is null ? usual : [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];
        if (by.Except(known, StringComparer.Ordinal).Any())
        {
            throw RequestRules.Invalid($"by must be some of {string.Join(", ", known)}", "by");
        }

        var to = QueryFilters.Time(http, "to") ?? time.GetUtcNow().AddSeconds(1);
        var from = QueryFilters.Time(http, "from") ?? to.AddDays(-DefaultDays);
        return from < to ? new UsageQuestion(from, to, by, keyId) : throw RequestRules.Invalid("from must be before to", "from");
    }
}
