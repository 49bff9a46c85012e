using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Pictor.FakeUpstreams;

namespace Pictor.Benchmarks;

/// <summary>Many jobs that wait for a slow polling vendor: what waiting costs, and that none is lost.</summary>
internal static class PollingBenchmark
{
    public static async Task RunAsync(int jobs)
    {
        await using var fake = await FakeUpstream.StartAsync(new FakeOptions { TaskTime = TimeSpan.FromSeconds(20), Credential = "benchmark-admin-key-01" });
        await using var gateway = await MeasuredProcess.GatewayAsync(
            "Pictor:Channels:fake:Provider=bfl", $"Pictor:Channels:fake:BaseUrl={fake.BaseOf("bfl")}", "Pictor:Channels:fake:Credential=benchmark-admin-key-01",
            "Pictor:Channels:fake:Models=flux-kontext-pro", "Pictor:Upstream:Allow:fake=127.0.0.0/8:*", "Pictor:Jobs:Concurrent=4096");
        using var client = new HttpClient { BaseAddress = gateway.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "benchmark-admin-key-01");
        var before = gateway.Rss;
        var clock = Stopwatch.StartNew();
        var ids = new List<string>();
        foreach (var number in Enumerable.Range(0, jobs))
        {
            using var answer = await client.PostAsJsonAsync("/v1/images/generations", new { model = "flux-kontext-pro", prompt = $"a lighthouse [fake: job={number}]", async = true });
            ids.Add((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!);
        }

        while (fake.Record.Paid.Count < jobs)
        {
            await Task.Delay(50);
        }

        var waiting = gateway.Rss;
        var succeeded = 0;
        foreach (var id in ids)
        {
            var job = await client.GetFromJsonAsync<JsonElement>($"/v1/images/generations/{id}?wait=120");
            succeeded += job.GetProperty("status").GetString() == "succeeded" ? 1 : 0;
        }

        Console.WriteLine($"\n{jobs} jobs waiting for a vendor that takes 20 s: {waiting - before:0} MB more than idle ({before:0} MB); {succeeded} of {jobs} delivered, {fake.Record.Paid.Count} paid calls, {clock.Elapsed.TotalSeconds:0} s in all");
    }
}
