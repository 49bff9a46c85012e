using System.Globalization;
using Pictor.Storage;

namespace Pictor.Ledger;

/// <summary>What was made, charged and paid, added up from the jobs that ended and the entries of their attempts.</summary>
internal sealed class UsageStore(Database database)
{
    private const long Day = 86_400_000;

    private static readonly IReadOnlyDictionary<string, string> Columns = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["day"] = $"ended_at / {Day}",
        ["model"] = "model",
        ["key"] = "key_id",
        ["channel"] = "channel",
    };

    /// <summary>What can be grouped by.</summary>
    public static IEnumerable<string> Dimensions => Columns.Keys;

    /// <summary>One row for each combination, the Sandbox always apart, in the order of the dimensions.</summary>
    public Task<IReadOnlyList<UsageRow>> ReadAsync(UsageQuestion question, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session =>
            {
                var group = string.Join(", ", question.By.Select(dimension => Columns[dimension]).Append("is_sandbox"));
                return session.QueryAsync<UsageRow>(
                    $"""
                     SELECT {string.Concat(question.By.Select(dimension => $"{Columns[dimension]} AS {dimension}, "))} is_sandbox, COUNT(*) AS jobs,
                         SUM(pictures) AS pictures, SUM(COALESCE(cost_micros, 0)) AS cost, SUM(list_micros) AS list_cost,
                         SUM(COALESCE(upstream, 0)) AS upstream_cost, SUM(COALESCE(lost, 0)) AS loss,
                         SUM(CASE WHEN untold > 0 THEN pictures ELSE 0 END) AS uncosted_pictures
                     FROM (
                         SELECT j.ended_at, j.model, j.key_id, j.channel, j.is_sandbox, j.pictures, j.cost_micros, j.list_micros,
                             (SELECT SUM(micros) FROM ledger_entries e WHERE e.job_id = j.id AND e.kind = 'upstream') AS upstream,
                             (SELECT SUM(micros) FROM ledger_entries e WHERE e.job_id = j.id AND e.kind = 'loss') AS lost,
                             (SELECT COUNT(*) FROM attempts a WHERE a.job_id = j.id AND a.outcome = 'delivered' AND a.cost_micros IS NULL) AS untold
                         FROM jobs j
                         WHERE j.ended_at IS NOT NULL AND j.ended_at >= @from AND j.ended_at < @to {(question.KeyId is null ? "" : "AND j.key_id = @KeyId")}
                     ) ended
                     GROUP BY {group} ORDER BY {group}
                     """,
                    new { from = question.From.ToUnixTimeMilliseconds(), to = question.To.ToUnixTimeMilliseconds(), question.KeyId });
            },
            cancellationToken);
}

/// <summary>Whose usage, when, and by what.</summary>
/// <param name="From">Jobs that ended at this time or later.</param>
/// <param name="To">Jobs that ended before.</param>
/// <param name="By">Of <see cref="UsageStore.Dimensions"/>.</param>
/// <param name="KeyId">One key, or null for all.</param>
internal sealed record UsageQuestion(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<string> By, string? KeyId);

/// <summary>One sum; amounts in micro-units.</summary>
internal sealed record UsageRow
{
    /// <summary>Days since 1970.</summary>
    public long? Day { get; init; }

    public string? Model { get; init; }

    public string? Key { get; init; }

    /// <summary>The channel of a job's last attempt.</summary>
    public string? Channel { get; init; }

    public long IsSandbox { get; init; }

    public long Jobs { get; init; }

    public long Pictures { get; init; }

    public long Cost { get; init; }

    public long ListCost { get; init; }

    /// <summary>As far as channels said it.</summary>
    public long UpstreamCost { get; init; }

    /// <summary>Paid or possibly paid for nothing that could be charged.</summary>
    public long Loss { get; init; }

    /// <summary>Pictures whose channel does not say what they cost.</summary>
    public long UncostedPictures { get; init; }

    /// <summary>The day as <c>2026-11-20</c>, UTC.</summary>
    public string? Date => Day is { } day ? DateTime.UnixEpoch.AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : null;
}
