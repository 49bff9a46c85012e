using Pictor.Storage;

namespace Pictor.Ledger;

/// <summary>
/// At start: every hold belongs to an open job, and every open job is taken up again by its worker, which ends it by what its
/// attempts say. A hold whose job has ended or is gone can only come from a fault; it is given back and logged.
/// </summary>
internal sealed partial class StrayHolds(Database database, LedgerStore ledger, ILogger<StrayHolds> log)
{
    // The number of no attempt: the job's own release, if it had one, has 0.
    private const int Outside = -1;

    /// <summary>Compares the two sums of each key, and looks at entries only where they differ.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        var differing = await database.ReadAsync(
            session => session.QueryAsync<string>(
                """
                SELECT b.key_id FROM key_balances b
                LEFT JOIN (SELECT key_id, SUM(held_micros) AS held, COUNT(*) AS open_jobs FROM jobs WHERE ended_at IS NULL GROUP BY key_id) j ON j.key_id = b.key_id
                WHERE b.held <> COALESCE(j.held, 0) OR b.open_jobs <> COALESCE(j.open_jobs, 0)
                """),
            cancellationToken);
        foreach (var keyId in differing)
        {
            await database.WriteAsync(Locks.Key(keyId), session => ReleaseAsync(session, keyId), cancellationToken);
        }
    }

    private async Task ReleaseAsync(Session session, string keyId)
    {
        foreach (var isSandbox in (bool[])[false, true])
        {
            var holds = LedgerAccounts.Holds(keyId, isSandbox);
            var strays = await session.QueryAsync<Stray>(
                """
                SELECT job_id, SUM(CASE WHEN to_account = @holds THEN micros ELSE -micros END) AS micros
                FROM ledger_entries e
                WHERE (to_account = @holds OR from_account = @holds)
                    AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.id = e.job_id AND j.ended_at IS NULL)
                GROUP BY job_id HAVING SUM(CASE WHEN to_account = @holds THEN micros ELSE -micros END) > 0
                """,
                new { holds });
            foreach (var stray in strays)
            {
                Log.Released(log, stray.Micros, stray.JobId ?? "");
                await ledger.AppendAsync(session, new LedgerEntry
                {
                    Kind = LedgerKinds.Release,
                    FromAccount = holds,
                    ToAccount = LedgerAccounts.Key(keyId, isSandbox),
                    Micros = stray.Micros,
                    JobId = stray.JobId,
                    Attempt = Outside,
                    Note = "hold without an open job",
                });
                await session.ExecuteAsync("UPDATE key_balances SET held = held - @Micros WHERE key_id = @keyId", new { stray.Micros, keyId });
            }
        }

        await session.ExecuteAsync(
            "UPDATE key_balances SET open_jobs = (SELECT COUNT(*) FROM jobs WHERE jobs.key_id = key_balances.key_id AND jobs.ended_at IS NULL) WHERE key_id = @keyId",
            new { keyId });
    }

    private sealed record Stray
    {
        public string? JobId { get; init; }

        public long Micros { get; init; }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Micros} micro-units were held for the job {JobId}, which is not open; they were released. `Pictor ledger verify` tells more.")]
        public static partial void Released(ILogger logger, long micros, string jobId);
    }
}
