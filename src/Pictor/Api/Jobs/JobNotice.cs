using Pictor.Api.Images;
using Pictor.Jobs;

namespace Pictor.Api.Jobs;

/// <summary>What receivers are told of a job: the job as callers see it, with links that are fresh and no pixels, inside <c>{type, timestamp, data}</c>.</summary>
internal sealed class JobNotice(JobStore jobs, ImagesResponseWire wire)
{
    /// <returns>Null when there is no such job, or it has not ended.</returns>
    public async Task<ReadOnlyMemory<byte>?> WriteAsync(string jobId, CancellationToken cancellationToken) =>
        await jobs.FindAsync(jobId, cancellationToken) is { EndedAt: { } ended } job
            ? await wire.WriteNoticeAsync(job, job.State.Event(), ended, cancellationToken)
            : null;
}
