using System.Collections.Concurrent;
using Pictor.Storage;

namespace Pictor.Jobs;

/// <summary>Wakes whoever waits for a job of this process, and remembers how to interrupt a running one. Only a hint: the row decides.</summary>
internal sealed class JobSignals
{
    private readonly Hints _hints;
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _changes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _ends = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, JobHold> _running = new(StringComparer.Ordinal);

    public JobSignals(Hints hints)
    {
        _hints = hints;
        hints.On(Hints.Changed, words => Wake(_changes, words[0]));
        hints.On(Hints.Ended, words => Forget(words[0]));
        hints.On(Hints.Interrupt, words => InterruptHere(words[0]));
    }

    /// <summary>The jobs that run in this process.</summary>
    public IReadOnlyCollection<string> RunningIds => [.. _running.Keys];

    /// <summary>A task that ends when the job next changes; to be taken before the row is read.</summary>
    public Task Watch(string jobId) => Watch(_changes, jobId);

    /// <summary>A task that ends with the job; to be taken before the row is read.</summary>
    public Task WatchEnd(string jobId) => Watch(_ends, jobId);

    /// <summary>Wakes those who show a job on its way.</summary>
    public void Changed(string jobId)
    {
        Wake(_changes, jobId);
        _hints.Tell(Hints.Changed, jobId);
    }

    public void Ended(string jobId)
    {
        Forget(jobId);
        _hints.Tell(Hints.Ended, jobId);
    }

    /// <summary>Wakes those who wait in this process: nobody will signal the job any more.</summary>
    public void Forget(string jobId)
    {
        Wake(_changes, jobId);
        Wake(_ends, jobId);
    }

    public void Running(string jobId, JobHold hold) => _running[jobId] = hold;

    public void Stopped(string jobId) => _running.TryRemove(jobId, out _);

    /// <summary>Interrupts a job wherever it runs.</summary>
    public void Interrupt(string jobId)
    {
        InterruptHere(jobId);
        _hints.Tell(Hints.Interrupt, jobId);
    }

    /// <summary>Tells a job that runs in this process that it went to another: nothing new is begun for it here.</summary>
    public void Lost(string jobId)
    {
        if (_running.TryGetValue(jobId, out var hold))
        {
            hold.Lose();
        }
    }

    private void InterruptHere(string jobId)
    {
        if (_running.TryGetValue(jobId, out var hold))
        {
            hold.Interrupt();
        }
    }

    private static Task Watch(ConcurrentDictionary<string, TaskCompletionSource> waiting, string jobId) =>
        waiting.GetOrAdd(jobId, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    private static void Wake(ConcurrentDictionary<string, TaskCompletionSource> waiting, string jobId)
    {
        if (waiting.TryRemove(jobId, out var waiter))
        {
            waiter.TrySetResult();
        }
    }
}
