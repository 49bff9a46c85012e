using Pictor.Catalog;
using Pictor.Storage;

namespace Pictor.Jobs;

/// <summary>The rows of jobs. A job that has ended is never changed again.</summary>
internal sealed class JobStore(Database database)
{
    private const string Values =
        "@Id, @KeyId, @State, @Model, @CreatedAt, @StartedAt, @EndedAt, @DeadlineAt, @Origin, @RequestId, @Request, @Warnings, @PriceMicros, @Attempts, @Channel, @PerCall, @Progress, @Result, @Error, @CostMicros, @Quote, @HeldMicros, @IsSandbox, @Pictures, @ListMicros, @WebhookUrl, @WebhookSecret";

    public static Task InsertAsync(Session session, Job job) =>
        session.ExecuteAsync($"INSERT INTO jobs ({JobRow.Columns}) VALUES ({Values})", JobRow.Of(job));

    /// <summary>Writes everything that may change while a job lives.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="job">The job as it is to be.</param>
    /// <param name="from">Only if it still stands there; null for any state but an end.</param>
    /// <returns>False when the job has moved on in the meantime: then nothing was written.</returns>
    public static async Task<bool> UpdateAsync(Session session, Job job, JobState? from = null) =>
        await session.ExecuteAsync(
            $"""
            UPDATE jobs SET state = @State, started_at = @StartedAt, ended_at = @EndedAt, request = @Request, warnings = @Warnings,
                attempts = @Attempts, channel = @Channel, per_call = @PerCall, progress = @Progress, result = @Result, error = @Error,
                cost_micros = @CostMicros, pictures = @Pictures, list_micros = @ListMicros
            WHERE id = @Id AND ended_at IS NULL{(from is { } state ? $" AND state = '{state.Name()}'" : "")}
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
                var states = filter.Status is null ? null : JobStates.NamesOf(filter.Status);
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

    /// <summary>The ids of all jobs that have not ended, oldest first.</summary>
    public Task<IReadOnlyList<string>> OpenIdsAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.QueryAsync<string>("SELECT id FROM jobs WHERE ended_at IS NULL ORDER BY id"), cancellationToken);

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
