using System.Data;
using System.Text.Json;
using Pictor.Errors;
using Pictor.Storage;

namespace Pictor.Ledger;

/// <summary>Recomputes the books from their entries: chain, balances, holds against open jobs, charges against delivered pictures.</summary>
internal static class LedgerVerifier
{
    private const int PageSize = 5_000;
    private static readonly string[] MayBeBilled = [nameof(ErrorKind.UpstreamOutcomeUnknown), nameof(ErrorKind.UpstreamUnreadable)];

    /// <summary>Reads everything inside one read transaction, so that a running gateway may go on.</summary>
    public static async Task<LedgerReport> VerifyAsync(Session session, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync(session.Dialect.Snapshot);
        try
        {
            return await ReportAsync(session, cancellationToken);
        }
        finally
        {
            await session.ExecuteAsync("COMMIT");
        }
    }

    /// <summary>The same inside a transaction of the caller's.</summary>
    public static async Task<LedgerReport> ReportAsync(Session session, CancellationToken cancellationToken)
    {
        session = session.Patient();
        var tally = new LedgerTally();
        await ReadAsync(session, tally, cancellationToken);
        var faults = new List<string>();
        if (tally.Fault is { } fault)
        {
            faults.Add(fault);
        }

        if (tally.IsBroken)
        {
            // With sums of half the entries everything else would be wrong as well.
            faults.Add("What stands behind it was not looked at.");
        }
        else
        {
            if (tally.Accounts.Values.Aggregate(Int128.Zero, (sum, balance) => sum + balance) != 0)
            {
                faults.Add("The accounts do not add up to 0.");
            }

            await CheckRowsAsync(session, tally, faults);
        }

        return new LedgerReport(faults, tally.FirstBad, tally.Accounts, tally.Entries, tally.Head);
    }

    private static async Task ReadAsync(Session session, LedgerTally tally, CancellationToken cancellationToken)
    {
        var (chain, number) = ("", 0L);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = await session.QueryAsync<StoredEntry>(
                $"SELECT {LedgerStore.Columns} FROM ledger_entries WHERE chain > @chain OR (chain = @chain AND number > @number) ORDER BY chain, number LIMIT {PageSize}",
                new { chain, number });
            foreach (var entry in page)
            {
                tally.Add(entry);
            }

            if (page.Count < PageSize || tally.IsBroken)
            {
                return;
            }

            (chain, number) = ((string)page[^1].Chain!, (long)page[^1].Number!);
        }
    }

    private static async Task CheckRowsAsync(Session session, LedgerTally tally, List<string> faults)
    {
        try
        {
            await CheckBalancesAsync(session, tally, faults);
            await CheckJobsAsync(session, tally, faults);
            await CheckEntriesAsync(session, faults);
        }
        catch (DataException fault)
        {
            // SQLite keeps a text in a column of numbers.
            faults.Add($"A row cannot be read: {fault.Message}.");
        }
    }

    private static async Task CheckBalancesAsync(Session session, LedgerTally tally, List<string> faults)
    {
        var rows = await session.QueryAsync<Balance>("SELECT key_id, held, used, month, month_used FROM key_balances");
        foreach (var row in rows)
        {
            var sums = tally.Key(row.KeyId);
            Expect(row.Held == sums.Held, $"The balance of {row.KeyId} says {row.Held} held; the entries say {sums.Held}.");
            Expect(row.Used == sums.Used, $"The balance of {row.KeyId} says {row.Used} used; the entries say {sums.Used}.");
            var month = sums.ByMonth.GetValueOrDefault(row.Month);
            Expect(row.MonthUsed == month, $"The balance of {row.KeyId} says {row.MonthUsed} used in {row.Month}; the entries say {month}.");
        }

        foreach (var unknown in tally.Keys.Except(rows.Select(row => row.KeyId)))
        {
            faults.Add($"Entries name the key {unknown}, which has no balance.");
        }

        void Expect(bool holds, string fault)
        {
            if (!holds)
            {
                faults.Add(fault);
            }
        }
    }

    private static async Task CheckJobsAsync(Session session, LedgerTally tally, List<string> faults)
    {
        // What is held is exactly what the open jobs hold.
        var open = (await session.QueryAsync<OpenJob>("SELECT id, key_id, held_micros FROM jobs WHERE ended_at IS NULL")).ToDictionary(job => job.Id, StringComparer.Ordinal);
        foreach (var (job, held) in tally.OpenHolds.Where(hold => !open.ContainsKey(hold.Key)))
        {
            faults.Add($"{held} is held for the job {job}, which is not open.");
        }

        foreach (var job in open.Values.Where(job => tally.OpenHolds.GetValueOrDefault(job.Id) != job.HeldMicros))
        {
            faults.Add($"The open job {job.Id} holds {job.HeldMicros}; the entries say {tally.OpenHolds.GetValueOrDefault(job.Id)}.");
        }

        // Places: the materialised count of each key against its open jobs.
        foreach (var wrong in await session.QueryAsync<string>(
            "SELECT key_id FROM key_balances b WHERE open_jobs <> (SELECT COUNT(*) FROM jobs j WHERE j.key_id = b.key_id AND j.ended_at IS NULL)"))
        {
            faults.Add($"The balance of {wrong} counts open jobs that are not there, or misses some.");
        }

        // What was charged is what the jobs say, and nobody is charged without pictures or beyond the hold.
        foreach (var wrong in await session.QueryAsync<string>(
            """
            SELECT j.id FROM jobs j
            LEFT JOIN ledger_entries c ON c.job_id = j.id AND c.kind = 'charge'
            WHERE COALESCE(c.micros, 0) <> COALESCE(j.cost_micros, 0)
            """))
        {
            faults.Add($"The job {wrong} says another cost than its entries.");
        }

        foreach (var wrong in await session.QueryAsync<string>(
            """
            SELECT j.id FROM jobs j
            WHERE j.ended_at IS NOT NULL AND j.quote IS NOT NULL AND (
                j.cost_micros > j.held_micros
                OR (j.state <> 'succeeded' AND j.cost_micros <> 0)
                OR (j.state = 'succeeded' AND (
                    j.cost_micros > j.price_micros * j.pictures
                    OR j.pictures <> (SELECT COUNT(*) FROM assets a WHERE a.job_id = j.id AND a.is_late = 0))))
            """))
        {
            faults.Add($"The job {wrong} was charged for something else than what was delivered.");
        }

        // An open job may have parts by now; one that ended without success has only what came too late for it.
        foreach (var wrong in await session.QueryAsync<string>(
            "SELECT j.id FROM jobs j WHERE j.ended_at IS NOT NULL AND j.state <> 'succeeded' AND EXISTS (SELECT 1 FROM assets a WHERE a.job_id = j.id AND a.is_late = 0)"))
        {
            faults.Add($"The job {wrong} did not succeed and has pictures all the same, as if they had come in time.");
        }
    }

    // From the side of the entries: what the rows say of themselves must not have changed, and the last entries of a chain are missed by nobody else.
    private static async Task CheckEntriesAsync(Session session, List<string> faults)
    {
        foreach (var gone in await session.QueryAsync<string>(
            "SELECT DISTINCT e.job_id FROM ledger_entries e LEFT JOIN jobs j ON j.id = e.job_id WHERE e.job_id IS NOT NULL AND j.id IS NULL"))
        {
            faults.Add($"Entries name the job {gone}, which is not there.");
        }

        foreach (var wrong in await session.QueryAsync<string>(
            """
            SELECT j.id FROM jobs j
            LEFT JOIN ledger_entries h ON h.job_id = j.id AND h.kind = 'hold'
            WHERE COALESCE(h.micros, 0) <> j.held_micros
                OR h.from_account <> CASE WHEN j.is_sandbox = 1 THEN 'sandbox/' ELSE '' END || 'key/' || j.key_id
                OR (h.micros IS NOT NULL AND j.quote IS NULL)
            """))
        {
            faults.Add($"The job {wrong} says another key, book or hold than its entries.");
        }

        foreach (var wrong in await session.QueryAsync<string>(
            """
            SELECT a.job_id FROM attempts a
            JOIN jobs j ON j.id = a.job_id
            LEFT JOIN ledger_entries e ON e.job_id = a.job_id AND e.kind IN ('upstream', 'loss') AND e.attempt = a.number
            WHERE a.ended_at IS NOT NULL AND a.cost_micros > 0 AND j.quote IS NOT NULL AND (e.micros IS NULL OR e.micros <> a.cost_micros)
            """))
        {
            faults.Add($"An attempt of the job {wrong} says another cost upstream than its entry.");
        }

        // What nobody told was booked at the list price.
        foreach (var open in await session.QueryAsync<Unbooked>(
            """
            SELECT a.job_id, j.quote FROM attempts a
            JOIN jobs j ON j.id = a.job_id
            LEFT JOIN ledger_entries e ON e.job_id = a.job_id AND e.kind IN ('upstream', 'loss') AND e.attempt = a.number
            WHERE a.ended_at IS NOT NULL AND a.cost_micros IS NULL AND a.outcome IN @unknown AND j.per_call IS NOT NULL AND j.quote IS NOT NULL AND e.micros IS NULL
            """,
            new { unknown = MayBeBilled }))
        {
            if (JsonSerializer.Deserialize(open.Quote, PriceJson.Default.Quote)!.HighestList.Value > 0)
            {
                faults.Add($"An attempt of the job {open.JobId} may have been billed, and no entry says so.");
            }
        }

        foreach (var wrong in await session.QueryAsync<string>(
            """
            SELECT e.job_id FROM ledger_entries e
            LEFT JOIN attempts a ON a.job_id = e.job_id AND a.number = e.attempt
            WHERE e.kind IN ('upstream', 'loss') AND (a.number IS NULL OR COALESCE(a.cost_micros, e.micros) <> e.micros)
            """))
        {
            faults.Add($"An entry of the job {wrong} is for an attempt that is not there, or says another cost.");
        }
    }

    private sealed record Balance
    {
        public string KeyId { get; init; } = "";

        public long Held { get; init; }

        public long Used { get; init; }

        public string Month { get; init; } = "";

        public long MonthUsed { get; init; }
    }

    private sealed record Unbooked
    {
        public string JobId { get; init; } = "";

        public string Quote { get; init; } = "";
    }

    private sealed record OpenJob
    {
        public string Id { get; init; } = "";

        public string KeyId { get; init; } = "";

        public long HeldMicros { get; init; }
    }
}

/// <summary>What a verification found.</summary>
/// <param name="Faults">One sentence each; empty when the books balance.</param>
/// <param name="FirstBad">The first entry that is not what was written, as <c>chain:number</c>.</param>
/// <param name="Accounts">The balance of every account, in micro-units; they add up to 0.</param>
/// <param name="Entries">How many entries there are.</param>
/// <param name="Head">The hash of the last one.</param>
internal sealed record LedgerReport(IReadOnlyList<string> Faults, string? FirstBad, IReadOnlyDictionary<string, long> Accounts, long Entries, string Head)
{
    public bool IsBalanced => Faults.Count == 0;
}
