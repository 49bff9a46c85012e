namespace Pictor.Tests;

/// <summary>Waits for something that another thread is about to do. The time is a bound for a broken test and never the expectation.</summary>
internal static class Eventually
{
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(60);

    public static Task TrueAsync(Func<bool> holds) => TrueAsync(() => Task.FromResult(holds()));

    public static async Task TrueAsync(Func<Task<bool>> holds)
    {
        var patience = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            if (TimeProvider.System.GetElapsedTime(patience) > Patience)
            {
                throw new TimeoutException("What the test waits for did not come.");
            }

            await Task.Delay(10);
        }
    }
}
