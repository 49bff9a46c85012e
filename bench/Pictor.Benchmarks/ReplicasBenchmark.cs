using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Pictor.FakeUpstreams;

namespace Pictor.Benchmarks;

/// <summary>The same work on SQLite, on PostgreSQL, and on PostgreSQL by two replicas, in turn.</summary>
internal static class ReplicasBenchmark
{
    private const int Rounds = 3;
    private const int Connections = 32;
    private const int Jobs = 2_000;
    private const string MasterKey = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    private const string Body = """{"model":"gpt-image-1","prompt":"a lighthouse","size":"1024x1024"}""";
    private const string AsyncBody = """{"model":"gpt-image-1","prompt":"a lighthouse","size":"1024x1024","async":true}""";
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(6);

    public static async Task RunAsync()
    {
        await using var fake = await FakeUpstream.StartAsync(new FakeOptions { PayloadBytes = 4 * 1024, Credential = MeasuredProcess.AdminKey });
        await using var server = await PostgreSql.StartAsync();
        var shared = Directory.CreateTempSubdirectory("pictor-bench-shared-").FullName;
        var (alone, both) = (await server.DatabaseAsync("alone"), await server.DatabaseAsync("both"));
        await using var sqlite = await GatewayAsync(fake);
        await using var one = await GatewayAsync(fake, $"Pictor:Storage:PostgreSql={alone}");
        string[] together = [$"Pictor:Storage:PostgreSql={both}", $"Pictor:Storage:SharedFolder={shared}", $"PICTOR_MASTER_KEY={MasterKey}"];
        await using var first = await GatewayAsync(fake, together);
        await using var second = await GatewayAsync(fake, together);
        (string Name, MeasuredProcess[] Gateways, List<LoadResult> Calls, List<double> Async)[] ways =
            [("SQLite", [sqlite], [], []), ("PostgreSQL", [one], [], []), ("two replicas", [first, second], [], [])];
        foreach (var way in ways)
        {
            await CallsAsync(way.Gateways, WarmUp);
            await AsyncAsync(way.Gateways);
        }

        for (var round = 0; round < Rounds; round++)
        {
            foreach (var way in ways)
            {
                way.Calls.Add(await CallsAsync(way.Gateways, Time));
                way.Async.Add(await AsyncAsync(way.Gateways));
            }
        }

        Console.WriteLine($"\nan instant upstream, {Connections} connections in all, median of {Rounds} rounds in turn");
        Console.WriteLine($"  {"",-14}{"requests/s",12}{"CPU ms/request",18}{"async jobs/s",14}");
        foreach (var way in ways)
        {
            var calls = way.Calls.OrderBy(result => result.PerSecond).ElementAt(Rounds / 2);
            Console.WriteLine($"  {way.Name,-14}{calls.PerSecond,12:0}{calls.Cpu,18:0.000}{way.Async.Order().ElementAt(Rounds / 2),14:0}");
        }

        Directory.Delete(shared, recursive: true);
    }

    private static Task<MeasuredProcess> GatewayAsync(FakeUpstream fake, params string[] settings) =>
        MeasuredProcess.GatewayAsync(
            ["Pictor:Channels:fake:Provider=openai", $"Pictor:Channels:fake:BaseUrl={fake.BaseOf("openai", "/v1")}", $"Pictor:Channels:fake:Credential={MeasuredProcess.AdminKey}", "Pictor:Channels:fake:Models=gpt-image-1", .. settings]);

    // Processor time of all gateways, for all of their requests.
    private static async Task<LoadResult> CallsAsync(MeasuredProcess[] gateways, TimeSpan time)
    {
        var results = await Task.WhenAll(gateways.Select(gateway => Load.RunAsync(gateway, Endpoint(gateway), Body, Connections / gateways.Length, time)));
        var all = results.Sum(result => result.PerSecond);
        return new LoadResult(all, results.Sum(result => result.Cpu * result.PerSecond) / all, results.Max(result => result.PeakRss));
    }

    /// <summary>Jobs a second, from the first submit to the last end; each is asked for at another replica than took it.</summary>
    private static async Task<double> AsyncAsync(MeasuredProcess[] gateways)
    {
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Connections, UseProxy = false });
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", MeasuredProcess.AdminKey);
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(async lane =>
        {
            var ids = new List<string>();
            for (var number = lane; number < Jobs; number += Connections)
            {
                using var content = new StringContent(AsyncBody, new MediaTypeHeaderValue("application/json"));
                using var answer = await client.PostAsync(Endpoint(gateways[lane % gateways.Length]), content);
                ids.Add((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!);
            }

            foreach (var id in ids)
            {
                var job = await client.GetFromJsonAsync<JsonElement>($"{Endpoint(gateways[(lane + 1) % gateways.Length])}/{id}?wait=60");
                if (job.GetProperty("status").GetString() != "succeeded")
                {
                    throw new InvalidOperationException($"A job ended otherwise: {job}");
                }
            }
        }));
        return Jobs / clock.Elapsed.TotalSeconds;
    }

    private static Uri Endpoint(MeasuredProcess gateway) => new(gateway.Address, "v1/images/generations");
}
