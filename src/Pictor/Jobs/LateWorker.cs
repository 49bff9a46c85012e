using Microsoft.Extensions.Options;
using Pictor.Errors;
using Pictor.Providers;
using Pictor.Routing;
using Pictor.Storage;
using Pictor.Telemetry;

namespace Pictor.Jobs;

/// <summary>Collects pictures that were paid for and came too late for their job: stored once, offered as late, free to the caller.</summary>
internal sealed partial class LateWorker(AttemptStore attempts, JobStore jobs, AttemptOrders orders, AttemptLoop loop, JobPictures pictures, JobJournal journal, WorkFolders folders, Replica replica, IOptions<JobsOptions> options, TimeProvider time, ILogger<LateWorker> log) : BackgroundService
{
    private const int AtOnce = 16;

    /// <summary>Looks once at every call that is still out.</summary>
    public async Task CollectAsync(CancellationToken cancellationToken)
    {
        // Each call is looked at by one process at a time.
        if (!replica.IsFirst)
        {
            return;
        }

        // Several at once: a vendor that takes its time must not cost the others their links, which die in minutes.
        await Parallel.ForEachAsync(
            await attempts.UncollectedAsync(cancellationToken),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (attempt, cancel) =>
            {
                if (await jobs.FindAsync(attempt.JobId, cancel) is { } job)
                {
                    await CollectAsync(job, attempt, cancel);
                }
            });
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.RunAsync(options.Value.CollectEvery, time, CollectAsync, fault => Log.Failed(log, fault), stoppingToken);

    private async Task CollectAsync(Job job, Attempt attempt, CancellationToken cancellationToken)
    {
        Trail.Follow(job.RequestId, job.Id);
        using var work = folders.Take();
        try
        {
            switch (await loop.LookAsync(orders.Of(job), attempt, work.Path, cancellationToken))
            {
                case ProviderOutcome.Done done:
                    var (assets, error) = await pictures.StoreAsync(job, attempt, done, work.Path, isLate: true, cancellationToken);
                    var ended = error is null
                        ? attempt with { EndedAt = time.GetUtcNow(), Outcome = Attempt.Delivered, UpstreamCost = done.UpstreamCost, Usage = done.Usage }
                        : attempt.End(error, time.GetUtcNow());
                    await journal.LateAsync(job, ended, assets, cancellationToken);
                    Log.Collected(log, job.Id, assets.Count);
                    break;
                case ProviderOutcome.Failed failed:
                    await journal.LateAsync(job, attempt.End(failed.Error, time.GetUtcNow()) with { UpstreamCost = failed.UpstreamCost }, [], cancellationToken);
                    break;
                case ProviderOutcome.Pending when attempt.StartedAt < time.GetUtcNow() - options.Value.CollectFor:
                    var gone = new GatewayError(ErrorKind.UpstreamOutcomeUnknown, "The upstream was asked for the picture until nobody keeps one that long.");
                    await journal.LateAsync(job, attempt.End(gone, time.GetUtcNow()), [], cancellationToken);
                    break;
                case ProviderOutcome.Pending pending when pending.Handle != attempt.Handle:
                    // What the provider noted, such as that the vendor did not know the task, counts from the first time.
                    await journal.HandleAsync(attempt with { Handle = pending.Handle }, cancellationToken);
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
