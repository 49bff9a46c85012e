using Pictor.Benchmarks;

if (args is ["forward", var address, var target])
{
    await BareForwarder.RunAsync(address, new Uri(target));
    return;
}

// What is measured, in order; all unless named.
string[] chosen = args.Length == 0 ? ["start", "small", "large", "polling", "streams", "first-chunk", "edits", "money", "deliveries", "replicas", "batch"] : args;
foreach (var name in chosen)
{
    await (name switch
    {
        "start" => StartBenchmark.RunAsync(),
        "small" => PassBenchmark.RunAsync("a small generation, instant upstream", payload: 4 * 1024, connections: 64, seconds: 6),
        "large" => LargeAsync(2, 8),
        "large-2" => LargeAsync(2),
        "large-8" => LargeAsync(8),
        "polling" => PollingBenchmark.RunAsync(jobs: 1000),
        "money" => MoneyBenchmark.RunAsync(),
        "deliveries" => DeliveriesBenchmark.RunAsync(),
        "replicas" => ReplicasBenchmark.RunAsync(),
        "batch" => BatchBenchmark.RunAsync(),
        "streams" => StreamsBenchmark.RunAsync(streams: 10_000),
        "first-chunk" => FirstChunkBenchmark.RunAsync(),
        "edits" => EditsBenchmark.RunAsync(),
        _ => throw new ArgumentException($"'{name}' is none of start, small, large, large-2, large-8, polling, streams, first-chunk, edits, money, deliveries, replicas, batch."),
    });
}

static async Task LargeAsync(params int[] sizes)
{
    foreach (var size in sizes)
    {
        await PassBenchmark.RunAsync($"an answer of {size} MB of base64", payload: size * 1024 * 1024, connections: 32, seconds: 8);
    }
}
