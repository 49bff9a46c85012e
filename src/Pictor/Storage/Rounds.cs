namespace Pictor.Storage;

/// <summary>Work that is done at once and then again after each pause, until the host stops.</summary>
internal static class Rounds
{
    /// <param name="every">The pause between two starts.</param>
    /// <param name="time">Whose time it is.</param>
    /// <param name="work">One round.</param>
    /// <param name="failed">Told of a round that failed; the next one comes all the same.</param>
    /// <param name="stoppingToken">The host stops.</param>
    public static async Task RunAsync(TimeSpan every, TimeProvider time, Func<CancellationToken, Task> work, Action<Exception> failed, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(every, time);
        try
        {
            do
            {
                try
                {
                    await work(stoppingToken);
                }
                catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
                {
                    failed(fault);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }
}
