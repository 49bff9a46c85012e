using Pictor.Benchmarks;

if (args is ["forward", var address, var target])
{
    await BareForwarder.RunAsync(address, new Uri(target));
    return;
}

// What is measured, in order; all unless named.
string[] chosen = args.Length == 0 ? ["start", "small", "large", "polling"] : args;
foreach (var name in chosen)
{
    await (name switch
    {
        "start" => StartBenchmark.RunAsync(),
        "small" => PassBenchmark.RunAsync("a small generation, instant upstream", payload: 4 * 1024, connections: 64, seconds: 6),
        "large" => LargeAsync(),
        "polling" => PollingBenchmark.RunAsync(jobs: 1000),
        _ => throw new ArgumentException($"'{name}' is none of start, small, large, polling."),
    });
}

static async Task LargeAsync()
{
    await PassBenchmark.RunAsync("an answer of 2 MB of base64", payload: 2 * 1024 * 1024, connections: 32, seconds: 8);
    await PassBenchmark.RunAsync("an answer of 8 MB of base64", payload: 8 * 1024 * 1024, connections: 32, seconds: 10);
}
