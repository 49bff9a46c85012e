using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;

namespace Pictor.Benchmarks;

/// <summary>Deliveries a second to a receiver that answers at once, and how long healthy ones take while 500 receivers hang.</summary>
internal static class DeliveriesBenchmark
{
    private const int Fast = 2_000;
    private const int Hanging = 500;
    private const int Healthy = 300;

    public static async Task RunAsync()
    {
        var arrived = new ConcurrentDictionary<string, double>(StringComparer.Ordinal);
        await using var receiver = await ReceiverAsync(arrived);
        var receiverPort = new Uri(receiver.Urls.First()).Port;
        using var silent = new TcpListener(IPAddress.Any, 0);
        silent.Start(Hanging * 4);
        var silentPort = ((IPEndPoint)silent.LocalEndpoint).Port;
        await using var gateway = await MeasuredProcess.GatewayAsync($"Pictor:Upstream:Allow:fast=127.0.0.0/8:{receiverPort}", $"Pictor:Upstream:Allow:silent=127.0.0.0/8:{silentPort}");
        using var client = new HttpClient { BaseAddress = gateway.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", MeasuredProcess.AdminKey);

        var clock = Stopwatch.StartNew();
        await Parallel.ForEachAsync(Enumerable.Range(0, Fast), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, _) => await SubmitAsync(client, $"http://127.0.0.1:{receiverPort}/hook"));
        await AllAsync(() => arrived.Count >= Fast);
        var together = Fast / clock.Elapsed.TotalSeconds;

        // Each at an address of its own, as 500 customers would have it.
        await Parallel.ForEachAsync(Enumerable.Range(1, Hanging), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (number, _) => await SubmitAsync(client, $"http://127.0.{number / 250}.{(number % 250) + 1}:{silentPort}/hook"));
        var waits = new List<double>();
        for (var i = 0; i < Healthy; i++)
        {
            var id = await SubmitAsync(client, $"http://127.0.0.1:{receiverPort}/hook");
            await AllAsync(() => arrived.ContainsKey(id));
            waits.Add(arrived[id]);
        }

        waits.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n{Fast} jobs made and delivered to a fast receiver: {together:0} a second, both together"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"healthy deliveries while {Hanging} receivers hang: p50 {waits[Healthy / 2]:0} ms, p99 {waits[Healthy * 99 / 100]:0} ms, most {waits[^1]:0} ms after the end of the job"));
    }

    private static async Task<string> SubmitAsync(HttpClient client, string webhook)
    {
        using var answer = await client.PostAsJsonAsync("/v1/images/generations", new { model = "sandbox", prompt = "x", size = "64x64", async = true, webhook_url = webhook, webhook_secret = "benchmark" });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    private static async Task AllAsync(Func<bool> holds)
    {
        while (!holds())
        {
            await Task.Delay(1);
        }
    }

    private static async Task<WebApplication> ReceiverAsync(ConcurrentDictionary<string, double> arrived)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();

        // The body says when the job ended; both clocks are this machine's.
        app.MapPost("/hook", (JsonElement told) => arrived.TryAdd(told.GetProperty("data").GetProperty("id").GetString()!, (DateTimeOffset.UtcNow - told.GetProperty("timestamp").GetDateTimeOffset()).TotalMilliseconds));
        await app.StartAsync();
        return app;
    }
}
