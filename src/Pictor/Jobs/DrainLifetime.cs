using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;

namespace Pictor.Jobs;

/// <summary>
/// Stops in order: first readiness says no and new work is refused, a few seconds later the listener closes, then running
/// jobs have their time. A second signal stops at once.
/// </summary>
internal sealed partial class DrainLifetime(JobDrain drain, IHostApplicationLifetime application, IOptions<JobsOptions> options, TimeProvider time, ILogger<DrainLifetime> log) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGQUIT, OnSignal));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _signals.ForEach(signal => signal.Dispose());

    private void OnSignal(PosixSignalContext context)
    {
        if (drain.IsStopping)
        {
            // Not cancelled: the default of the signal ends the process now; the rows are as safe as after a kill.
            return;
        }

        context.Cancel = true;
        drain.Begin();
        Log.Stopping(log, options.Value.StopNotice, options.Value.StopTime);
        _ = StopLaterAsync();
    }

    private async Task StopLaterAsync()
    {
        await Task.Delay(options.Value.StopNotice, time);
        application.StopApplication();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Stopping: not ready any more, the listener closes in {Notice}, running jobs have {Time}. A second signal stops at once.")]
        public static partial void Stopping(ILogger logger, TimeSpan notice, TimeSpan time);
    }
}
