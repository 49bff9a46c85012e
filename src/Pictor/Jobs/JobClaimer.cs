using Microsoft.Extensions.Options;
using Pictor.Storage;

namespace Pictor.Jobs;

/// <summary>
/// With replicas: takes jobs that wait for anybody as fast as this process works through them, lets go of those of replicas that
/// are gone, and stops working on what went to another.
/// </summary>
internal sealed partial class JobClaimer(JobStore jobs, JobQueue queue, JobSignals signals, Replica replica, Hints hints, IOptions<StorageOptions> options, DatabaseTime time, ILogger<JobClaimer> log) : BackgroundService
{
    private const int MostWaiting = 32;
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(500);
    private readonly SemaphoreSlim _soon = new(0);

    public override void Dispose()
    {
        _soon.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        hints.On(Hints.Waiting, _ => Soon());
        var looked = time.GetTimestamp();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await replica.HeldAsync(stoppingToken);
                if (time.GetElapsedTime(looked) >= options.Value.Lease / 10)
                {
                    looked = time.GetTimestamp();
                    await LookAfterAsync(stoppingToken);
                }

                await ClaimAsync(stoppingToken);
                await _soon.WaitAsync(LookAgain, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                Log.Failed(log, fault);
                await Task.Delay(LookAgain, time, CancellationToken.None);
            }
        }
    }

    private async Task LookAfterAsync(CancellationToken stoppingToken)
    {
        if (replica.MayTakeOver && await jobs.ReapAsync(stoppingToken) is > 0 and var reaped)
        {
            Log.Reaped(log, reaped);
            hints.Tell(Hints.Waiting);
        }

        queue.Unclaimed = await jobs.UnclaimedAsync(stoppingToken);
        if (signals.RunningIds is { Count: > 0 } running)
        {
            foreach (var id in await jobs.NotOwnAsync(running, stoppingToken))
            {
                signals.Lost(id);
            }
        }
    }

    private async Task ClaimAsync(CancellationToken stoppingToken)
    {
        while (queue.Depth < MostWaiting)
        {
            var claimed = await jobs.ClaimAsync(MostWaiting, stoppingToken);
            foreach (var job in claimed)
            {
                queue.Add(job);
            }

            if (claimed.Count < MostWaiting)
            {
                return;
            }
        }
    }

    private void Soon()
    {
        if (_soon.CurrentCount == 0)
        {
            _soon.Release();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Count} jobs of a replica that is gone are taken over.")]
        public static partial void Reaped(ILogger logger, int count);

        [LoggerMessage(2, LogLevel.Error, "Jobs that wait could not be claimed; it is tried again.")]
        public static partial void Failed(ILogger logger, Exception fault);
    }
}
