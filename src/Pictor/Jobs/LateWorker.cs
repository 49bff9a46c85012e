using Microsoft.Extensions.Options;
using Pictor.Providers;
using Pictor.Routing;
using Pictor.Storage;
using Pictor.Telemetry;

namespace Pictor.Jobs;

/// <summary>Collects pictures that were paid for and came too late for their job: stored once, offered as late, free to the caller.</summary>
internal sealed partial class LateWorker(AttemptStore attempts, JobStore jobs, AttemptOrders orders, AttemptLoop loop, JobPictures pictures, JobJournal journal, WorkFolders folders, Replica replica, IOptions<JobsOptions> options, TimeProvider time, ILogger<LateWorker> log) : BackgroundService
{
    /// <summary>Looks once at every call that is still out.</summary>
    public async Task CollectAsync(CancellationToken cancellationToken)
    {
        // Each call is looked at by one process at a time.
        if (!replica.IsFirst)
        {
            return;
        }

        foreach (var attempt in await attempts.UncollectedAsync(time.GetUtcNow() - options.Value.CollectFor, cancellationToken))
        {
            if (await jobs.FindAsync(attempt.JobId, cancellationToken) is { } job)
            {
                await CollectAsync(job, attempt, cancellationToken);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.CollectEvery, time);
        try
        {
            do
            {
                await TryCollectAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private async Task TryCollectAsync(CancellationToken stoppingToken)
    {
        try
        {
            await CollectAsync(stoppingToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Log.Failed(log, fault);
        }
    }

    private async Task CollectAsync(Job job, Attempt attempt, CancellationToken cancellationToken)
    {
        Trail.Follow(job.RequestId, job.Id);
        using var work = folders.Take();
        try
        {
            switch (await loop.LookAsync(orders.Of(job), attempt, work.Path, cancellationToken))
            {
                case ProviderOutcome.Done done:
                    var (assets, error) = await pictures.StoreAsync(job, attempt, done, work.Path, isLate: true);
                    var ended = error is null
                        ? attempt with { EndedAt = time.GetUtcNow(), Outcome = Attempt.Delivered, UpstreamCost = done.UpstreamCost, Usage = done.Usage }
                        : attempt.End(error, time.GetUtcNow());
                    await journal.LateAsync(job, ended, assets, cancellationToken);
                    Log.Collected(log, job.Id, assets.Count);
                    break;
                case ProviderOutcome.Failed failed:
                    await journal.LateAsync(job, attempt.End(failed.Error, time.GetUtcNow()), [], cancellationToken);
                    break;
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // Looked at again: a poll that fails says nothing about the picture.
            Log.Failed(log, fault);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Collected {Count} late pictures of job {JobId}.")]
        public static partial void Collected(ILogger logger, string jobId, int count);

        [LoggerMessage(2, LogLevel.Warning, "Collecting late pictures failed; it is tried again.")]
        public static partial void Failed(ILogger logger, Exception fault);
    }
}
