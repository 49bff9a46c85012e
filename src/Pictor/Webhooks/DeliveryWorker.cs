using System.Collections.Concurrent;
using Pictor.Errors;
using Pictor.Storage;
using Pictor.Telemetry;

namespace Pictor.Webhooks;

/// <summary>Sends what is due, within a second and also after a restart; what fails is tried again by the schedule.</summary>
internal sealed partial class DeliveryWorker(
    DeliveryStore store,
    DeliverySender sender,
    DeliverySchedule schedule,
    DeliveryPlaces places,
    DeliverySignals signals,
    DeliveryClock clock,
    GatewayMetrics metrics,
    IDialect dialect,
    TimeProvider time,
    ILogger<DeliveryWorker> log) : BackgroundService
{
    private const int Gone = 410;
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ReapEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LastMoments = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, Task> _running = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private long? _reaped;

    /// <summary>Starts no more, and gives what is under way a few seconds; the next start goes on with the rest.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        _stop.CancelAfter(LastMoments);
        await Task.WhenAll(_running.Values);
        try
        {
            await store.LetGoAsync(null, CancellationToken.None);
        }
        catch (GatewayException fault)
        {
            Log.NotRead(log, fault);
        }
    }

    public override void Dispose()
    {
        _stop.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isFirst = true;
        try
        {
            while (true)
            {
                try
                {
                    if (isFirst)
                    {
                        await store.BringBackAsync(stoppingToken);
                        isFirst = false;
                    }

                    await FollowClockAsync(stoppingToken);
                    await ReapAsync(stoppingToken);
                    await StartDueAsync(stoppingToken);
                }
                catch (Exception fault) when (fault is not OperationCanceledException)
                {
                    Log.NotRead(log, fault);
                }

                await signals.WaitAsync(LookAgain, time, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private async Task ReapAsync(CancellationToken stoppingToken)
    {
        if (_reaped is { } before && time.GetElapsedTime(before) < ReapEvery)
        {
            return;
        }

        _reaped = time.GetTimestamp();
        await store.ReapAsync(places.Running(), stoppingToken);
    }

    private async Task FollowClockAsync(CancellationToken stoppingToken)
    {
        var jump = clock.Jump();
        if (jump == TimeSpan.Zero)
        {
            return;
        }

        if (dialect.IsShared)
        {
            // All replicas follow the database's clock, and so do the rows.
            clock.Follow(jump);
            return;
        }

        // Rows that are written between the two steps come early and not late.
        Log.ClockSet(log, jump);
        if (jump < TimeSpan.Zero)
        {
            clock.Follow(jump);
        }

        await store.ShiftAsync(jump, stoppingToken);
        if (jump > TimeSpan.Zero)
        {
            clock.Follow(jump);
        }
    }

    private async Task StartDueAsync(CancellationToken stoppingToken)
    {
        while (places.Question() is { } question)
        {
            var started = 0;
            var left = new List<string>();
            foreach (var delivery in await store.DueAsync(question, stoppingToken))
            {
                if (places.TryTake(delivery))
                {
                    started++;
                    _running[delivery.Id] = Task.Run(() => TryAsync(delivery), CancellationToken.None);
                }
                else
                {
                    left.Add(delivery.Id);
                }
            }

            if (left.Count > 0)
            {
                await store.LetGoAsync(left, CancellationToken.None);
            }

            if (started == 0)
            {
                return;
            }
        }
    }

    private async Task TryAsync(Delivery delivery)
    {
        try
        {
            var (made, retryAfter, requestId) = await sender.SendAsync(delivery, _stop.Token);
            var judged = Judge(delivery, made, retryAfter);
            await WriteAsync(judged, delivery.NextAt, made);
            metrics.Delivered(judged.State == Delivery.Pending ? "retried" : judged.State);
            if (judged.State == Delivery.Failed)
            {
                Log.GivenUp(log, judged.Id, judged.JobId, requestId, made.Number, made.Status);
            }
        }
        catch (OperationCanceledException)
        {
            // The gateway stops: the row is due as before.
        }
        catch (Exception fault)
        {
            // Nothing was sent, and the row is due as before.
            Log.NotTried(log, fault, delivery.Id, delivery.JobId);
            await Task.Delay(LookAgain, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            // With replicas the row is still this one's, until the next look lets go of what is not under way.
            _running.TryRemove(delivery.Id, out _);
            places.GiveBack(delivery);
            signals.Wake();
        }
    }

    // Again and again until the database takes it: what arrived is not sent once more only because that could not be written.
    private async Task WriteAsync(Delivery judged, long? dueAt, DeliveryTry made)
    {
        for (var pause = LookAgain; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await store.TriedAsync(judged, dueAt, made, CancellationToken.None);
                return;
            }
            catch (Exception fault)
            {
                Log.NotWritten(log, fault, judged.Id, judged.JobId);
                await Task.Delay(pause, time, _stop.Token);
            }
        }
    }

    private Delivery Judge(Delivery delivery, DeliveryTry made, TimeSpan? retryAfter)
    {
        var tried = delivery with { Tries = made.Number, Step = delivery.Step + 1 };
        var now = clock.Now;
        if (made.Succeeded)
        {
            return tried with { State = Delivery.Delivered, NextAt = null, EndedAt = now.ToUnixTimeMilliseconds() };
        }

        return made.Status != Gone && schedule.After(delivery.Step, retryAfter) is { } pause
            ? tried with { NextAt = (now + pause).ToUnixTimeMilliseconds() }
            : tried with { State = Delivery.Failed, NextAt = null, EndedAt = now.ToUnixTimeMilliseconds() };
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The clock was set by {Jump}; deliveries that wait were moved with it.")]
        public static partial void ClockSet(ILogger logger, TimeSpan jump);

        [LoggerMessage(2, LogLevel.Error, "Deliveries that are due could not be read; it is tried again.")]
        public static partial void NotRead(ILogger logger, Exception fault);

        [LoggerMessage(3, LogLevel.Error, "What came of a try of delivery {DeliveryId} of job {JobId} could not be written; it is made again.")]
        public static partial void NotWritten(ILogger logger, Exception fault, string deliveryId, string jobId);

        [LoggerMessage(4, LogLevel.Error, "Delivery {DeliveryId} of job {JobId} could not be tried; it is due as before.")]
        public static partial void NotTried(ILogger logger, Exception fault, string deliveryId, string jobId);

        [LoggerMessage(5, LogLevel.Warning, "Delivery {DeliveryId} of job {JobId} and request {RequestId} is given up after {Tries} tries; the last answer was {Status}.")]
        public static partial void GivenUp(ILogger logger, string deliveryId, string jobId, string? requestId, long tries, long? status);
    }
}
