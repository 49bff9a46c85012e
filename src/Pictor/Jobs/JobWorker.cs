using Microsoft.Extensions.Options;
using Pictor.Assets;
using Pictor.Errors;
using Pictor.Storage;

namespace Pictor.Jobs;

/// <summary>Takes jobs from the queue, so many at once, and at start takes up those that a former process left.</summary>
internal sealed partial class JobWorker(JobQueue queue, JobStore jobs, JobRunner runner, InputStore inputs, IDialect dialect, Hints hints, IOptions<JobsOptions> options, TimeProvider time, ILogger<JobWorker> log) : IHostedService, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim _places = new(options.Value.Concurrent);
    private readonly CancellationTokenSource _noMore = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // With replicas, the jobs of former processes are claimed as all others are.
        if (!dialect.IsShared)
        {
            await TakeUpAsync(cancellationToken);
        }

        _loop = Task.Run(LoopAsync, CancellationToken.None);
    }

    /// <summary>Takes no more, lets what runs end within its time, and leaves the rest in the table.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _noMore.CancelAsync();
        await _loop;

        // Another replica could only give up a job whose pictures lie here: those are run to their end, like what runs already.
        var waiting = queue.TakeBack().ToLookup(inputs.IsOnlyHere);
        await LetGoAsync([.. waiting[false]]);
        try
        {
            using var patience = new CancellationTokenSource(options.Value.StopTime, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            foreach (var id in waiting[true])
            {
                await _places.WaitAsync(either.Token);
                _ = RunAsync(new JobQueue.Item(id, null));
            }

            await AllPlacesAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            Log.LeftOver(log, options.Value.Concurrent - _places.CurrentCount);
            await _stop.CancelAsync();
            await AllPlacesAsync(CancellationToken.None);
        }

        await LetGoAsync(null);
    }

    public void Dispose()
    {
        _places.Dispose();
        _noMore.Dispose();
        _stop.Dispose();
    }

    private async Task TakeUpAsync(CancellationToken cancellationToken)
    {
        await jobs.TakeAllAsync(cancellationToken);
        var open = await jobs.OpenIdsAsync(cancellationToken);
        inputs.KeepOnly(open.ToHashSet(StringComparer.Ordinal), DateTime.MaxValue);
        foreach (var id in open)
        {
            queue.Add(id);
        }

        if (open.Count > 0)
        {
            Log.TakenUp(log, open.Count);
        }
    }

    // With replicas: the others go on at once, and nobody waits for the end of a lease.
    private async Task LetGoAsync(IReadOnlyCollection<string>? ids)
    {
        if (!dialect.IsShared || ids is { Count: 0 })
        {
            return;
        }

        try
        {
            await jobs.LetGoAsync(ids, CancellationToken.None);
            hints.Tell(Hints.Waiting);
        }
        catch (GatewayException fault)
        {
            Log.NotLetGo(log, fault);
        }
    }

    private async Task LoopAsync()
    {
        try
        {
            await foreach (var item in queue.ReadAsync(_noMore.Token))
            {
                if (!await HasPlaceAsync())
                {
                    // Read, and not begun: it goes back to those that still wait.
                    queue.Add(item.Id);
                    return;
                }

                _ = RunAsync(item);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping: what still waits is in the table.
        }
    }

    private async Task<bool> HasPlaceAsync()
    {
        try
        {
            await _places.WaitAsync(_noMore.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task RunAsync(JobQueue.Item item)
    {
        await Task.Yield();
        var again = false;
        try
        {
            if ((item.Job ?? await jobs.FindAsync(item.Id, CancellationToken.None)) is { } job && !job.State.IsEnded())
            {
                await runner.RunAsync(job, _stop.Token);
            }
        }
        catch (Exception fault)
        {
            // The row stands where it stood: what it says is taken up as after a restart.
            Log.Failed(log, fault, item.Id);
            again = true;
        }
        finally
        {
            _places.Release();
        }

        if (again)
        {
            await Task.Delay(Pause, time, _noMore.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            queue.Add(item.Id);
        }
    }

    // Every place that can be taken is a job that has ended.
    private async Task AllPlacesAsync(CancellationToken cancellationToken)
    {
        var taken = 0;
        try
        {
            for (; taken < options.Value.Concurrent; taken++)
            {
                await _places.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            if (taken > 0)
            {
                _places.Release(taken);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Taking up {Count} jobs that had not ended.")]
        public static partial void TakenUp(ILogger logger, int count);

        [LoggerMessage(2, LogLevel.Warning, "{Count} jobs did not end in time; the next start goes on with them.")]
        public static partial void LeftOver(ILogger logger, int count);

        [LoggerMessage(4, LogLevel.Warning, "Jobs could not be let go of; the other replicas take them when the lease is over.")]
        public static partial void NotLetGo(ILogger logger, Exception fault);

        [LoggerMessage(3, LogLevel.Error, "Job {JobId} could not be run; it is taken up again in a moment.")]
        public static partial void Failed(ILogger logger, Exception fault, string jobId);
    }
}
