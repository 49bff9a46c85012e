using Pictor.Assets;
using Pictor.Storage;

namespace Pictor.Jobs;

/// <summary>With replicas: takes away the reference images of jobs that ended where nobody could, by a crash or on another replica.</summary>
internal sealed partial class InputSweeper(JobStore jobs, InputStore inputs, TimeProvider time, ILogger<InputSweeper> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    // What is newer may belong to a job whose row is being written.
    private static readonly TimeSpan Settled = TimeSpan.FromHours(1);

    /// <summary>Takes away what no open job needs.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow().UtcDateTime - Settled;
        var open = await jobs.OpenIdsAsync(cancellationToken);
        inputs.KeepOnly(open.ToHashSet(StringComparer.Ordinal), before);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.RunAsync(Every, time, SweepAsync, fault => Log.Failed(log, fault), stoppingToken);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Reference images of jobs that have ended could not be taken away; it is tried again.")]
        public static partial void Failed(ILogger logger, Exception fault);
    }
}
