using Pictor.Assets;

namespace Pictor.Jobs;

/// <summary>With replicas: takes away the reference images of jobs that ended where nobody could, by a crash or on another replica.</summary>
internal sealed partial class InputSweeper(JobStore jobs, InputStore inputs, TimeProvider time, ILogger<InputSweeper> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    // What is newer may belong to a job whose row is being written.
    private static readonly TimeSpan Settled = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            do
            {
                await TrySweepAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task TrySweepAsync(CancellationToken stoppingToken)
    {
        try
        {
            var before = time.GetUtcNow().UtcDateTime - Settled;
            var open = await jobs.OpenIdsAsync(stoppingToken);
            inputs.KeepOnly(open.ToHashSet(StringComparer.Ordinal), before);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Log.Failed(log, fault);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Reference images of jobs that have ended could not be taken away; it is tried again.")]
        public static partial void Failed(ILogger logger, Exception fault);
    }
}
