namespace Pictor.Imaging;

/// <summary>Bounds the pixels that are decoded at one time in this process; whoever wants more than is left waits, first come first served.</summary>
internal sealed class PixelBudget
{
    private readonly long most;
    private readonly Lock gate = new();
    private readonly LinkedList<Waiter> waiting = [];
    private long left;

    public PixelBudget(long most) => this.most = left = most;

    /// <summary>One picture of the largest size, or many small ones: 200 MB of pixels.</summary>
    public static PixelBudget Shared { get; } = new(50_000_000);

    /// <summary>Blocks until the pixels are free. A single demand above the whole budget gets all of it.</summary>
    public Share Take(long pixels, CancellationToken ct)
    {
        var waiter = new Waiter(Math.Min(pixels, most));
        lock (gate)
        {
            waiting.AddLast(waiter);
            Admit();
        }

        try
        {
            waiter.Admitted.Wait(ct);
        }
        catch (OperationCanceledException)
        {
            Leave(waiter);
            throw;
        }

        return new Share(this, waiter.Pixels);
    }

    private void Leave(Waiter waiter)
    {
        lock (gate)
        {
            if (!waiting.Remove(waiter))
            {
                left += waiter.Pixels;
            }

            Admit();
        }
    }

    private void Give(long pixels)
    {
        lock (gate)
        {
            left += pixels;
            Admit();
        }
    }

    private void Admit()
    {
        while (waiting.First is { } first && first.Value.Pixels <= left)
        {
            left -= first.Value.Pixels;
            waiting.RemoveFirst();
            first.Value.Admitted.Set();
        }
    }

    /// <summary>Pixels that were taken; given back when disposed.</summary>
    public readonly struct Share(PixelBudget budget, long pixels) : IDisposable
    {
        public void Dispose() => budget.Give(pixels);
    }

    private sealed class Waiter(long pixels)
    {
        public long Pixels { get; } = pixels;

        public ManualResetEventSlim Admitted { get; } = new();
    }
}
