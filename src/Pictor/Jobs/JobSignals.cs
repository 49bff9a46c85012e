using System.Collections.Concurrent;

namespace Pictor.Jobs;

/// <summary>Wakes whoever waits for a job of this process, and remembers how to interrupt a running one. Only a hint: the row decides.</summary>
internal sealed class JobSignals
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _running = new(StringComparer.Ordinal);

    /// <summary>A task that ends when the job next changes; to be taken before the row is read.</summary>
    public Task Watch(string jobId) =>
        _waiting.GetOrAdd(jobId, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Wakes those who show a job on its way.</summary>
    public void Changed(string jobId) => Ended(jobId);

    public void Ended(string jobId)
    {
        if (_waiting.TryRemove(jobId, out var waiting))
        {
            waiting.TrySetResult();
        }
    }

    public void Running(string jobId, CancellationTokenSource interrupt) => _running[jobId] = interrupt;

    public void Stopped(string jobId) => _running.TryRemove(jobId, out _);

    /// <summary>Interrupts a job that runs in this process.</summary>
    public void Interrupt(string jobId)
    {
        if (_running.TryGetValue(jobId, out var interrupt))
        {
            try
            {
                interrupt.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It ended between the look-up and the call.
            }
        }
    }
}
