using Pictor.Storage;

namespace Pictor.Ledger;

/// <summary>The rows of the books: only ever added to, each one chained to the one before.</summary>
internal sealed class LedgerStore(Database database, TimeProvider time)
{
    public const string Columns = "chain, number, at, kind, from_account, to_account, micros, job_id, attempt, month, note, hash";

    /// <summary>Adds movements inside a transaction; amounts of 0 move nothing.</summary>
    public async Task AppendAsync(Session session, params IReadOnlyList<LedgerEntry> movements)
    {
        var head = (Head?)null;
        foreach (var movement in movements.Where(movement => movement.Micros != 0))
        {
            ArgumentOutOfRangeException.ThrowIfNegative(movement.Micros);
            head ??= await session.FirstOrDefaultAsync<Head>("SELECT number, hash FROM ledger_entries WHERE chain = @Chain ORDER BY number DESC LIMIT 1", new { session.Chain }) ?? new Head();
            var entry = movement with { Chain = session.Chain, Number = head.Number + 1, At = time.GetUtcNow().ToUnixTimeMilliseconds() };
            entry = entry with { Hash = entry.HashAfter(head.Hash) };
            await session.ExecuteAsync(
                $"INSERT INTO ledger_entries ({Columns}) VALUES (@Chain, @Number, @At, @Kind, @FromAccount, @ToAccount, @Micros, @JobId, @Attempt, @Month, @Note, @Hash)",
                entry);
            head = new Head { Number = entry.Number, Hash = entry.Hash };
        }
    }

    /// <summary>Whether an attempt was booked before: a step that is written again is booked once.</summary>
    public static async Task<bool> IsBookedAsync(Session session, string jobId, int attempt) =>
        await session.FirstOrDefaultAsync<long>("SELECT COUNT(*) FROM ledger_entries WHERE job_id = @jobId AND kind IN ('upstream', 'loss') AND attempt = @attempt", new { jobId, attempt }) > 0;

    /// <summary>Entries, newest first.</summary>
    public Task<IReadOnlyList<LedgerEntry>> ListAsync(LedgerFilter filter, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => session.QueryAsync<LedgerEntry>(
                $"""
                 SELECT {Columns} FROM ledger_entries
                 WHERE {(filter.BeforeNumber is null ? "1 = 1" : "(at, chain, number) < (SELECT at, chain, number FROM ledger_entries WHERE chain = @BeforeChain AND number = @BeforeNumber)")}
                     {(filter.JobId is null ? "" : "AND job_id = @JobId")}
                     {(filter.Account is null ? "" : "AND (from_account = @Account OR to_account = @Account)")}
                     {(filter.Kind is null ? "" : "AND kind = @Kind")}
                 ORDER BY at DESC, chain DESC, number DESC LIMIT @Limit
                 """,
                filter),
            cancellationToken);

    private sealed record Head
    {
        public long Number { get; init; }

        public string Hash { get; init; } = LedgerEntry.Genesis;
    }
}

/// <summary>Which entries are listed.</summary>
internal sealed record LedgerFilter
{
    public required int Limit { get; init; }

    public string? BeforeChain { get; init; }

    public long? BeforeNumber { get; init; }

    public string? JobId { get; init; }

    public string? Account { get; init; }

    public string? Kind { get; init; }
}
