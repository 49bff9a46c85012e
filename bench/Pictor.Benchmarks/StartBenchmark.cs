using System.Diagnostics;

namespace Pictor.Benchmarks;

/// <summary>From nothing to the first answer, with an empty data folder.</summary>
internal static class StartBenchmark
{
    private const int Rounds = 5;

    public static async Task RunAsync()
    {
        var times = new List<double>();
        var idle = new List<double>();
        for (var round = 0; round <= Rounds; round++)
        {
            var clock = Stopwatch.StartNew();
            await using var gateway = await MeasuredProcess.GatewayAsync();
            if (round > 0)
            {
                times.Add(clock.Elapsed.TotalMilliseconds);
                idle.Add(gateway.Rss);
            }
        }

        Console.WriteLine($"\nstart to the first 200, empty data folder, {Rounds} starts after one: {times.Min():0} / {times.Order().ElementAt(Rounds / 2):0} / {times.Max():0} ms; idle {idle.Order().ElementAt(Rounds / 2):0} MB");
    }
}
