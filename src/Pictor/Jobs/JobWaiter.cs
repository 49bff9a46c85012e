namespace Pictor.Jobs;

/// <summary>Holds a caller until its job ends or its patience does. The job knows nothing of it.</summary>
internal sealed class JobWaiter(JobStore jobs, JobSignals signals, TimeProvider time)
{
    // A signal is a hint; a row that another process ended is found by looking.
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);

    /// <summary>The job when it has ended, or as it stands when the time is over.</summary>
    public async Task<Job> WaitAsync(Job job, TimeSpan patience, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var ended = signals.WatchEnd(job.Id);
            job = await jobs.FindAsync(job.Id, cancellationToken) ?? job;
            var left = patience - time.GetElapsedTime(started);
            if (job.State.IsEnded())
            {
                // Nobody will signal it any more: the watch just taken would stay for ever.
                signals.Forget(job.Id);
                return job;
            }

            if (left <= TimeSpan.Zero)
            {
                return job;
            }

            try
            {
                await ended.WaitAsync(left < LookAgain ? left : LookAgain, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                // Looked at above.
            }
        }
    }
}
