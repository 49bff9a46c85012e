namespace Pictor.Jobs;

/// <summary>What this process may still do for a job that it runs.</summary>
internal sealed class JobHold(CancellationToken stopping) : IDisposable
{
    private readonly CancellationTokenSource _interrupt = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    private volatile bool _isLost;

    /// <summary>Ends everything: the job was cancelled, or the process stops.</summary>
    public CancellationToken Interrupted => _interrupt.Token;

    public void Interrupt()
    {
        try
        {
            _interrupt.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended between the look-up and the call.
        }
    }

    /// <summary>The job is another process's by now. A call that is out may still bring what was paid for; nothing else is begun.</summary>
    public void Lose() => _isLost = true;

    /// <summary>To be asked before anything is begun.</summary>
    /// <exception cref="OperationCanceledException">The job was lost.</exception>
    public void ThrowIfLost()
    {
        if (_isLost)
        {
            throw new OperationCanceledException("The job is another replica's by now.");
        }
    }

    public void Dispose() => _interrupt.Dispose();
}
