using Pictor.Api.Images;
using Pictor.Jobs;
using Pictor.Webhooks;

namespace Pictor.Api.Jobs;

/// <summary>What receivers are told of a job: the job as callers see it, with links that are fresh and no pixels, inside <c>{type, timestamp, data}</c>.</summary>
internal sealed class JobNotice(JobStore jobs, ImagesResponseWire wire)
{
    /// <returns>Null when there is no such job, or it has not ended.</returns>
    public async Task<DeliveryNotice?> WriteAsync(string jobId, CancellationToken cancellationToken) =>
        await jobs.FindAsync(jobId, cancellationToken) is { EndedAt: { } ended } job
            ? new DeliveryNotice(wire.WriteNotice(job, job.State.Event(), ended), job.RequestId, job.Trace)
            : null;
}
