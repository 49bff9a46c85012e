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
            await CheckHoldsAsync(session, tally, faults);
            await LedgerRowChecks.RunAsync(session, faults);
            await CheckUntoldAsync(session, faults);
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

    // What is held is exactly what the open jobs hold.
    private static async Task CheckHoldsAsync(Session session, LedgerTally tally, List<string> faults)
    {
        var open = (await session.QueryAsync<OpenJob>("SELECT id, key_id, held_micros FROM jobs WHERE ended_at IS NULL")).ToDictionary(job => job.Id, StringComparer.Ordinal);
        foreach (var (job, held) in tally.OpenHolds.Where(hold => !open.ContainsKey(hold.Key)))
        {
            faults.Add($"{held} is held for the job {job}, which is not open.");
        }

        foreach (var job in open.Values.Where(job => tally.OpenHolds.GetValueOrDefault(job.Id) != job.HeldMicros))
        {
            faults.Add($"The open job {job.Id} holds {job.HeldMicros}; the entries say {tally.OpenHolds.GetValueOrDefault(job.Id)}.");
        }
    }

    // What nobody told was booked at the list price.
    private static async Task CheckUntoldAsync(Session session, List<string> faults)
    {
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
