namespace Pictor.Cli.Batch;

/// <summary>When the server says to come back later, all rows of the batch do.</summary>
internal sealed class SharedPause(TimeProvider time)
{
    // After this a server is asked again, whatever it has said.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);
    private readonly Lock _gate = new();
    private DateTimeOffset _until;

    public async Task PauseAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var until = time.GetUtcNow() + (wait < Longest ? wait : Longest);
            _until = until > _until ? until : _until;
        }

        await WaitAsync(cancellationToken);
    }

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        for (; ; )
        {
            TimeSpan left;
            lock (_gate)
            {
                left = _until - time.GetUtcNow();
            }

            if (left <= TimeSpan.Zero)
            {
                return;
            }

            await Task.Delay(left, time, cancellationToken);
        }
    }
}
