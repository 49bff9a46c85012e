using Microsoft.Extensions.Options;
using Pictor.Providers;
using Pictor.Routing;
using Pictor.Storage;

namespace Pictor.Jobs;

/// <summary>Collects pictures that were paid for and came too late for their job: stored once, offered as late, free to the caller.</summary>
internal sealed partial class LateWorker(AttemptStore attempts, JobStore jobs, AttemptOrders orders, AttemptLoop loop, JobJournal journal, DataFolder folder, IOptions<JobsOptions> options, TimeProvider time, ILogger<LateWorker> log) : BackgroundService
{
    /// <summary>Looks once at every call that is still out.</summary>
    public async Task CollectAsync(CancellationToken cancellationToken)
    {
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
        var workFolder = Directory.CreateDirectory(Path.Combine(folder.Work, $"late-{attempt.JobId}-{attempt.Number}")).FullName;
        try
        {
            switch (await loop.LookAsync(orders.Of(job, workFolder), attempt, cancellationToken))
            {
                case ProviderOutcome.Done done:
                    var (assets, error) = await journal.StoreAsync(job, attempt, done, workFolder, isLate: true);
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
        finally
        {
            Directory.Delete(workFolder, recursive: true);
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
