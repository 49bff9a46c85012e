using Microsoft.Extensions.Options;
using Pictor.Jobs;

namespace Pictor.Api.Jobs;

/// <summary>Holds a stream open until its job ends: a comment every few seconds keeps proxies and impatient clients from hanging up.</summary>
internal sealed class JobFollower(JobStore jobs, JobSignals signals, IOptions<ApiOptions> options, TimeProvider time)
{
    // A signal wakes at once; the row is looked at in between for a job that another process ends.
    private const int CommentsBetweenLooks = 4;

    /// <summary>Sends comments until the job has ended.</summary>
    /// <returns>The job as it ended.</returns>
    public async Task<Job> EndAsync(Job job, EventStream events, CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = signals.Watch(job.Id);
            job = await jobs.FindAsync(job.Id, cancellationToken) ?? job;
            if (job.State.IsEnded())
            {
                // Nobody will signal it any more: the watch just taken would stay for ever.
                signals.Ended(job.Id);
                return job;
            }

            for (var comments = 0; comments < CommentsBetweenLooks && !changed.IsCompleted; comments++)
            {
                try
                {
                    await changed.WaitAsync(options.Value.CommentEvery, time, cancellationToken);
                }
                catch (TimeoutException)
                {
                    await events.CommentAsync();
                }
            }
        }
    }
}
