using Pictor.Assets;
using Pictor.Errors;
using Pictor.Storage;

namespace Pictor.Jobs;

/// <summary>
/// Recognises a call that was made before, across restarts: it is joined to the job it made then. What failed without being
/// billed is forgotten, so that a retry of it is a new try.
/// </summary>
internal sealed class Idempotency(Database database, AssetLinks links, TimeProvider time)
{
    /// <summary>At least a day, and a day for those who count from the end of it.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(48);

    /// <summary>How long after its end an SDK's retry still gets the job of its first try.</summary>
    public static readonly TimeSpan RetriesJoin = TimeSpan.FromMinutes(10);

    private const string Columns = "fingerprint, job_id, warnings, link_life";

    /// <summary>The job that this call made before, or null.</summary>
    /// <exception cref="GatewayException"><see cref="ErrorKind.IdempotencyMismatch"/>.</exception>
    public async Task<AcceptedJob?> FindAsync(JobOrder order, CancellationToken cancellationToken) =>
        order.Idempotency is { } key && (key.IsCallers || key.IsRetry)
            ? await database.ReadAsync(session => FindAsync(session, order.Key.Id, key), cancellationToken)
            : null;

    /// <summary>Writes down that this call makes this job, in the transaction of the job's row.</summary>
    /// <returns>Null, or the job of the same call that was quicker: then nothing was written.</returns>
    public async Task<AcceptedJob?> ClaimAsync(Session session, JobOrder order, Job job)
    {
        if (order.Idempotency is not { } key)
        {
            return null;
        }

        var row = new
        {
            keyId = order.Key.Id,
            key.Name,
            key.Fingerprint,
            jobId = job.Id,
            warnings = job.Warnings.Count,
            life = (long)links.LifeOf(job.Request.UrlExpiresIn).TotalSeconds,
            now = Now(),
            before = Now() - (long)Kept.TotalMilliseconds,
        };
        await session.ExecuteAsync("DELETE FROM calls WHERE created_at < @before", row);
        while (true)
        {
            if (await session.ExecuteAsync(
                """
                INSERT INTO calls (key_id, name, fingerprint, job_id, warnings, link_life, created_at)
                VALUES (@keyId, @Name, @Fingerprint, @jobId, @warnings, @life, @now)
                ON CONFLICT (key_id, name) DO NOTHING
                """,
                row) == 1)
            {
                return null;
            }

            if (await FindAsync(session, order.Key.Id, key) is { } earlier)
            {
                return earlier;
            }

            // What stands there is over and does not bind.
            await session.ExecuteAsync("DELETE FROM calls WHERE key_id = @keyId AND name = @Name", row);
        }
    }

    /// <summary>What the answer of a new job promises, so that the same call gets the same answer again.</summary>
    public AcceptedJob New(JobOrder order, Job job) => new(job)
    {
        LinkLife = order.Idempotency is null ? null : links.LifeOf(job.Request.UrlExpiresIn),
    };

    private async Task<AcceptedJob?> FindAsync(Session session, string keyId, IdempotencyKey key)
    {
        var call = await session.FirstOrDefaultAsync<Row>($"SELECT {Columns} FROM calls WHERE key_id = @keyId AND name = @Name", new { keyId, key.Name });
        if (call is null || await session.FirstOrDefaultAsync<JobRow>($"SELECT {JobRow.Columns} FROM jobs WHERE id = @JobId", new { call.JobId }) is not { } row)
        {
            return null;
        }

        var job = row.ToJob();
        if (!Binds(job) || (!key.IsCallers && (!key.IsRetry || job.EndedAt < time.GetUtcNow() - RetriesJoin)))
        {
            return null;
        }

        return call.Fingerprint == key.Fingerprint
            ? new AcceptedJob(job) { IsReplayed = true, AcceptedWarnings = (int)call.Warnings, LinkLife = TimeSpan.FromSeconds(call.LinkLife) }
            : throw new GatewayException(ErrorKind.IdempotencyMismatch, "This Idempotency-Key was used with another request; a new request needs a new key.");
    }

    private static bool Binds(Job job) => job.State switch
    {
        JobState.Cancelled => false,
        JobState.Failed => job.Error?.Kind is ErrorKind.UpstreamUnreadable or ErrorKind.DeadlinePassed || (job is { Attempts: > 0, Error.Kind: ErrorKind.Internal }),
        _ => true,
    };

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed record Row
    {
        public string Fingerprint { get; init; } = "";

        public string JobId { get; init; } = "";

        public long Warnings { get; init; }

        public long LinkLife { get; init; }
    }
}
