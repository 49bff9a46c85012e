using System.Diagnostics;

namespace Pictor.EndToEnd;

/// <summary>Waits for something to become true by asking again and again, with an end.</summary>
internal static class Poll
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    /// <summary>Asks until there is an answer.</summary>
    /// <exception cref="TimeoutException">There was none within the time.</exception>
    public static async Task<T> UntilAsync<T>(Func<Task<T?>> ask, TimeSpan patience, string? what = null)
        where T : class
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            if (await ask() is { } answer)
            {
                return answer;
            }

            if (clock.Elapsed > patience)
            {
                throw new TimeoutException($"Waited {patience} for {what ?? "it"} in vain.");
            }

            await Task.Delay(Pause);
        }
    }

    /// <summary>Asks until it holds.</summary>
    public static Task UntilAsync(Func<Task<bool>> holds, TimeSpan patience, string what) =>
        UntilAsync(async () => await holds() ? "yes" : null, patience, what);
}
