using Pictor.FakeUpstreams;

namespace Pictor.Benchmarks;

/// <summary>The same request through the gateway's OpenAI provider and through a bare forwarder, in turn: the ratio is the figure.</summary>
internal static class PassBenchmark
{
    private const int Rounds = 3;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(15);

    public static async Task RunAsync(string title, int payload, int connections, int seconds)
    {
        await using var fake = await FakeUpstream.StartAsync(new FakeOptions { PayloadBytes = payload, Credential = "benchmark-admin-key-01" });
        var upstream = fake.BaseOf("openai", "/v1");
        await using var forwarder = await MeasuredProcess.ForwarderAsync(new Uri(upstream + "/images/generations"));
        await using var gateway = await MeasuredProcess.GatewayAsync(
            "Pictor:Channels:fake:Provider=openai", $"Pictor:Channels:fake:BaseUrl={upstream}", "Pictor:Channels:fake:Credential=benchmark-admin-key-01", "Pictor:Channels:fake:Models=gpt-image-1");
        var idle = gateway.Rss;
        const string Body = """{"model":"gpt-image-1","prompt":"a lighthouse","size":"1024x1024"}""";
        var bare = new List<LoadResult>();
        var ours = new List<LoadResult>();

        // Until the second tier of the compiler has nothing left to do; on a slow or busy machine that takes as long as this.
        await Load.RunAsync(forwarder, new Uri(forwarder.Address, "v1/images/generations"), Body, connections, WarmUp / 3);
        await Load.RunAsync(gateway, new Uri(gateway.Address, "v1/images/generations"), Body, connections, WarmUp);
        for (var round = 0; round < Rounds; round++)
        {
            bare.Add(await Load.RunAsync(forwarder, new Uri(forwarder.Address, "v1/images/generations"), Body, connections, TimeSpan.FromSeconds(seconds)));
            ours.Add(await Load.RunAsync(gateway, new Uri(gateway.Address, "v1/images/generations"), Body, connections, TimeSpan.FromSeconds(seconds)));
        }

        Console.WriteLine($"\n{title}, {connections} connections, median of {Rounds} rounds in turn");
        Console.WriteLine($"  {"",-12}{"requests/s",14}{"CPU ms/request",18}{"peak RSS MB",14}");
        Print("forwarder", Median(bare));
        Print("gateway", Median(ours));
        Console.WriteLine($"  ratio of CPU {Median(ours).Cpu / Median(bare).Cpu:0.00}, of requests/s {Median(ours).PerSecond / Median(bare).PerSecond:0.00}; gateway idle {idle:0} MB");
    }

    private static void Print(string name, LoadResult result) => Console.WriteLine($"  {name,-12}{result.PerSecond,14:0}{result.Cpu,18:0.000}{result.PeakRss,14:0}");

    private static LoadResult Median(List<LoadResult> results) => results.OrderBy(result => result.Cpu).ElementAt(results.Count / 2);
}
