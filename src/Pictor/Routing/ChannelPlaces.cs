namespace Pictor.Routing;

/// <summary>
/// The calls that a channel may have at once. Whoever waits is told that one is free and tries for it like everybody else: a place
/// that is handed from one waiting call to the next would look taken to all of them.
/// </summary>
/// <param name="most">How many.</param>
internal sealed class ChannelPlaces(int most)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _freed = New();
    private int _taken;

    public bool TryTake()
    {
        lock (_gate)
        {
            if (_taken >= most)
            {
                return false;
            }

            _taken++;
            return true;
        }
    }

    public void GiveBack()
    {
        TaskCompletionSource freed;
        lock (_gate)
        {
            _taken--;
            freed = _freed;
            _freed = New();
        }

        freed.TrySetResult();
    }

    /// <summary>Ends when there is or was a free one.</summary>
    public Task FreeAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _taken < most ? Task.CompletedTask : _freed.Task.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
