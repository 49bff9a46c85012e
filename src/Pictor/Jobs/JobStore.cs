using Pictor.Catalog;
using Pictor.Storage;

namespace Pictor.Jobs;

/// <summary>The rows of jobs. A job that has ended is never changed again.</summary>
internal sealed class JobStore(Database database, Replica replica)
{
    private const string Values =
        "@Id, @KeyId, @State, @Model, @CreatedAt, @StartedAt, @EndedAt, @DeadlineAt, @Origin, @RequestId, @Request, @Warnings, @PriceMicros, @Attempts, @Channel, @PerCall, @Progress, @Result, @Error, @CostMicros, @Quote, @HeldMicros, @IsSandbox, @Pictures, @ListMicros, @WebhookUrl, @WebhookSecret, @Owner, @Generation, @Trace";

    public static Task InsertAsync(Session session, Job job) =>
        session.ExecuteAsync($"INSERT INTO jobs ({JobRow.Columns}) VALUES ({Values})", JobRow.Of(job));

    /// <summary>Writes everything that may change while a job lives.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="job">The job as it is to be.</param>
    /// <param name="from">Only if it still stands there, with as many attempts; null for any state but an end.</param>
    /// <returns>False when the job has moved on or changed hands in the meantime: then nothing was written.</returns>
    public static async Task<bool> UpdateAsync(Session session, Job job, JobState? from = null) =>
        await session.ExecuteAsync(
            $"""
            UPDATE jobs SET state = @State, started_at = @StartedAt, ended_at = @EndedAt, request = @Request, warnings = @Warnings,
                attempts = @Attempts, channel = @Channel, per_call = @PerCall, progress = @Progress, result = @Result, error = @Error,
                cost_micros = @CostMicros, pictures = @Pictures, list_micros = @ListMicros
            WHERE id = @Id AND generation = @Generation AND ended_at IS NULL{(from is { } state ? $" AND state = '{state.Name()}' AND attempts = @Attempts" : "")}
            """,
            JobRow.Of(job)) == 1;

    /// <returns>Null when there is no such job, or it belongs to another key.</returns>
    public Task<Job?> FindAsync(string id, string keyId, CancellationToken cancellationToken) =>
        ReadOneAsync($"SELECT {JobRow.Columns} FROM jobs WHERE id = @id AND key_id = @keyId", new { id, keyId }, cancellationToken);

    public Task<Job?> FindAsync(string id, CancellationToken cancellationToken) =>
        ReadOneAsync($"SELECT {JobRow.Columns} FROM jobs WHERE id = @id", new { id }, cancellationToken);

    /// <summary>A key's jobs, or with null everybody's, newest first.</summary>
    public Task<IReadOnlyList<Job>> ListAsync(string? keyId, JobFilter filter, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Job>>(
            async session =>
            {
                var states = filter.Status is null ? null : JobStates.NamesOf(filter.Status).ToArray();
                var rows = await session.QueryAsync<JobRow>(
                    $"""
                     SELECT {JobRow.Columns} FROM jobs
                     WHERE {(keyId is null ? "1 = 1" : "key_id = @keyId")}
                         {(filter.After is null ? "" : "AND id < @After")}
                         {(states is null ? "" : "AND state IN @states")}
                         {(filter.Model is null ? "" : "AND model = @Model")}
                     ORDER BY id DESC LIMIT @Limit
                     """,
                    new { keyId, filter.After, states, filter.Model, filter.Limit });
                return [.. rows.Select(row => row.ToJob())];
            },
            cancellationToken);

    /// <summary>What a key's jobs of some time have cost.</summary>
    public Task<Micros> SpentAsync(string keyId, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async session => new Micros(await session.FirstOrDefaultAsync<long>(
                "SELECT COALESCE(SUM(cost_micros), 0) FROM jobs WHERE key_id = @keyId AND created_at >= @start AND created_at < @end",
                new { keyId, start = from.ToUnixTimeMilliseconds(), end = until.ToUnixTimeMilliseconds() })),
            cancellationToken);

    /// <summary>Whether a job has not ended.</summary>
    public static async Task<bool> IsOpenAsync(Session session, string id) =>
        await session.FirstOrDefaultAsync<long>("SELECT COUNT(*) FROM jobs WHERE id = @id AND ended_at IS NULL", new { id }) == 1;

    /// <summary>Whether a job has failed, or ended without anybody knowing what came of it.</summary>
    public static async Task<bool> HasFailedAsync(Session session, string id) =>
        await session.FirstOrDefaultAsync<long>("SELECT COUNT(*) FROM jobs WHERE id = @id AND state IN ('failed', 'unknown')", new { id }) == 1;

    /// <summary>Whether a job is still this owner's; it cannot change hands before the transaction ends.</summary>
    public static async Task<bool> IsOwnAsync(Session session, Job job) =>
        await session.ExecuteAsync("UPDATE jobs SET generation = generation WHERE id = @Id AND generation = @Generation AND ended_at IS NULL", new { job.Id, job.Generation }) == 1;

    /// <summary>The ids of all jobs that have not ended, oldest first.</summary>
    public Task<IReadOnlyList<string>> OpenIdsAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.QueryAsync<string>("SELECT id FROM jobs WHERE ended_at IS NULL ORDER BY id"), cancellationToken);

    /// <summary>What has ended since, in the order of its end; of one key, or with null of all.</summary>
    /// <param name="keyId">The key.</param>
    /// <param name="from">Not before this time.</param>
    /// <param name="after">Of those that ended at that very time, only ids behind this one.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public Task<IReadOnlyList<EndedJob>> EndedAsync(string? keyId, DateTimeOffset from, string after, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => session.QueryAsync<EndedJob>(
                $"""
                 SELECT id, ended_at FROM jobs
                 WHERE ended_at IS NOT NULL AND ended_at >= @at AND (ended_at > @at OR id > @after) {(keyId is null ? "" : "AND key_id = @keyId")}
                 ORDER BY ended_at, id LIMIT @limit
                 """,
                new { at = from.ToUnixTimeMilliseconds(), after, keyId, limit }),
            cancellationToken);

    /// <summary>At the start of an only process: whatever a former one had is its own.</summary>
    public Task TakeAllAsync(CancellationToken cancellationToken) =>
        database.WriteAsync(session => session.ExecuteAsync("UPDATE jobs SET owner = @Id, generation = generation + 1 WHERE ended_at IS NULL", new { replica.Id }), cancellationToken);

    /// <summary>Takes some of the jobs that wait for anybody, oldest first; no two processes get the same one.</summary>
    public async Task<IReadOnlyList<Job>> ClaimAsync(int most, CancellationToken cancellationToken)
    {
        var rows = await database.WriteAsync(
            session => session.QueryAsync<JobRow>(
                $"""
                 UPDATE jobs SET owner = @Id, generation = generation + 1
                 WHERE id IN (SELECT id FROM jobs WHERE owner IS NULL AND ended_at IS NULL ORDER BY id LIMIT @most {session.Dialect.SkipLocked})
                 RETURNING {JobRow.Columns}
                 """,
                new { replica.Id, most }),
            cancellationToken);
        return [.. rows.Select(row => row.ToJob()).OrderBy(job => job.Id, StringComparer.Ordinal)];
    }

    /// <summary>How many jobs wait for anybody.</summary>
    public Task<int> UnclaimedAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(async session => (int)await session.FirstOrDefaultAsync<long>("SELECT COUNT(*) FROM jobs WHERE owner IS NULL AND ended_at IS NULL"), cancellationToken);

    /// <summary>Lets go of jobs; with null, of all that are this process's own.</summary>
    public Task<int> LetGoAsync(IReadOnlyCollection<string>? ids, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session => session.ExecuteAsync(
                $"UPDATE jobs SET owner = NULL, generation = generation + 1 WHERE owner = @Id AND ended_at IS NULL{(ids is null ? "" : " AND id IN @ids")}",
                new { replica.Id, ids = ids?.ToArray() ?? [] }),
            cancellationToken);

    /// <summary>Lets go of the jobs of replicas whose lease is over. A statement of its own: as part of the claim it would have each claim look at all jobs.</summary>
    public Task<int> ReapAsync(CancellationToken cancellationToken) =>
        database.WriteAsync(
            session => session.ExecuteAsync(
                $"""
                 UPDATE jobs SET owner = NULL, generation = generation + 1
                 WHERE ended_at IS NULL AND owner IS NOT NULL AND owner <> @Id
                     AND NOT EXISTS (SELECT 1 FROM replicas r WHERE r.id = jobs.owner AND r.lease_until >= {replica.LeasesUntil})
                 """,
                new { replica.Id, known = replica.Known }),
            cancellationToken);

    /// <summary>Which of these jobs have ended or changed hands.</summary>
    public Task<IReadOnlyList<string>> NotOwnAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => session.QueryAsync<string>(
                "SELECT id FROM jobs WHERE id IN @ids AND (ended_at IS NOT NULL OR owner IS NULL OR owner <> @Id)", new { ids = ids.ToArray(), replica.Id }),
            cancellationToken);

    /// <summary>Told while a job runs; a late one changes nothing.</summary>
    public Task SetProgressAsync(string id, int progress, CancellationToken cancellationToken) =>
        database.WriteAsync(session => session.ExecuteAsync("UPDATE jobs SET progress = @progress WHERE id = @id AND ended_at IS NULL", new { id, progress }), cancellationToken);

    private async Task<Job?> ReadOneAsync(string sql, object arguments, CancellationToken cancellationToken) =>
        (await database.ReadAsync(session => session.FirstOrDefaultAsync<JobRow>(sql, arguments), cancellationToken))?.ToJob();
}

/// <summary>Which of a key's jobs are listed.</summary>
/// <param name="Limit">At most so many.</param>
/// <param name="After">Only older ones than this id.</param>
/// <param name="Status">Only those with this status.</param>
/// <param name="Model">Only those of this model.</param>
internal sealed record JobFilter(int Limit, string? After, string? Status, string? Model);

/// <summary>A job that has ended, and when.</summary>
internal sealed record EndedJob
{
    public string Id { get; init; } = "";

    /// <summary>Milliseconds since 1970.</summary>
    public long EndedAt { get; init; }
}
