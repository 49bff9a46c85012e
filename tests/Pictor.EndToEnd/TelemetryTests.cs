using System.Net;
using System.Text.Json;
using Pictor.EndToEnd.Peers;
using Pictor.FakeUpstreams;

namespace Pictor.EndToEnd;

/// <summary>What an operator sees from outside: traces and metrics at a collector, JSON lines, and none of what must stay hidden.</summary>
public sealed class TelemetryTests
{
    private const string Credential = FakeOptions.UsualCredential;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task One_trace_leads_from_the_door_to_the_delivery_over_an_answer_and_a_restart()
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var collector = await Collector.StartAsync();
        await using var listener = await Listener.StartAsync();
        using var folder = new TemporaryFolder();
        var settings = Settings(fake, collector, listener);
        const string trace = "0af7651916cd43dd8448eb211c80319c";
        string id;
        string requestId;
        await using (var first = await GatewayProcess.StartAsync(folder.PathOf("data"), settings))
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/images/generations");
            request.Headers.Add("traceparent", $"00-{trace}-b7ad6b7169203331-01");
            request.Content = JsonContent.Create(new { model = "flux-kontext-pro", prompt = "A red circle [fake: until=release]", @async = true, webhook_url = new Uri(listener.Address, "/hook") });
            using var answer = await first.Client.SendAsync(request);
            answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
            requestId = answer.Headers.GetValues("x-request-id").Single();
            id = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
            await Poll.UntilAsync(async () => (await DataFolderAudit.StatesAsync(first.Folder)).ContainsKey("accepted"), Patience, "the handle to be on the disk");
            await Poll.UntilAsync(() => Task.FromResult(collector.Spans.Any(span => span.Name == "POST /v1/images/generations")), Patience, "the span of the door");
            first.Kill();
        }

        fake.Release();
        await using var second = await GatewayProcess.StartAsync(folder.PathOf("data"), settings);
        await Poll.UntilAsync(() => Task.FromResult(!listener.Came.IsEmpty), Patience, "the delivery");
        string[] last = ["job flux-kontext-pro", "deliver image.generation.succeeded"];
        await Poll.UntilAsync(() => Task.FromResult(last.All(name => collector.Spans.Any(span => span.Name == name))), Patience, "the spans of job and delivery");

        var spans = collector.Spans.Where(span => span.Trace == trace).ToList();
        var door = spans.Single(span => span.Name == "POST /v1/images/generations");
        door.Parent.ShouldBe("b7ad6b7169203331");
        var job = spans.Single(span => span.Name == "job flux-kontext-pro");
        job.Parent.ShouldBe(door.Id);
        job.Tags["pictor.job.id"].ShouldBe(id);
        var attempt = spans.Single(span => span.Name == "generate_content flux-kontext-pro");
        attempt.Parent.ShouldBe(job.Id);
        attempt.Tags["gen_ai.output.type"].ShouldBe("image");
        attempt.Tags["pictor.resumed"].ShouldBe("1");
        spans.ShouldContain(span => span.Name == "GET" && span.Parent == attempt.Id);
        spans.ShouldContain(span => span.Name == "store picture" && span.Parent == attempt.Id);
        spans.Single(span => span.Name == "deliver image.generation.succeeded").Parent.ShouldBe(door.Id);

        // The same id at the vendor, at the receiver and in the lines.
        fake.Record.Paid.Single().RequestId.ShouldBe(requestId);
        listener.Came.Single()["x-request-id"].ShouldBe(requestId);
    }

    [Fact]
    public async Task Metrics_reach_the_collector()
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var collector = await Collector.StartAsync();
        await using var listener = await Listener.StartAsync();
        using var folder = new TemporaryFolder();
        await using var gateway = await GatewayProcess.StartAsync(folder.PathOf("data"), Settings(fake, collector, listener));
        using var answer = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "A red circle" });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        string[] expected = ["pictor.requests", "pictor.request.duration", "pictor.upstream.duration", "pictor.images", "pictor.cost", "pictor.queue.depth", "pictor.in_flight", "pictor.channel.up", "gen_ai.client.operation.duration"];
        await Poll.UntilAsync(() => Task.FromResult(expected.All(collector.Metrics.ContainsKey)), Patience, "all metrics");
    }

    [Fact]
    public async Task A_collector_that_takes_nothing_is_told_of_once_and_in_nobodys_way()
    {
        using var folder = new TemporaryFolder();
        var closed = $"http://127.0.0.1:{Loopback.FreePorts(1)[0]}";
        await using var gateway = await GatewayProcess.StartAsync(folder.PathOf("data"), ("Pictor__Telemetry__Collector", closed), ("Pictor__Telemetry__MetricsEvery", "00:00:01"), ("OTEL_BSP_SCHEDULE_DELAY", "100"));
        using var answer = await gateway.GenerateAsync(new { model = "sandbox", prompt = "A red circle", size = "64x64" });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        await Poll.UntilAsync(() => Task.FromResult(Told("/v1/traces") == 1 && Told("/v1/metrics") == 1), Patience, "a line for each");
        gateway.AskToStop();
        (await gateway.ExitCodeAsync(Patience)).ShouldBe(0);
        (Told("/v1/traces"), Told("/v1/metrics")).ShouldBe((1, 1));

        int Told(string path) => gateway.Output.Split($"does not take what is sent to {path}:").Length - 1;
    }

    [Fact]
    public async Task Lines_traces_and_metrics_hold_ids_and_nothing_secret()
    {
        await using var fake = await FakeUpstream.StartAsync(new FakeOptions { TaskTime = TimeSpan.Zero });
        await using var collector = await Collector.StartAsync();
        await using var listener = await Listener.StartAsync();
        using var folder = new TemporaryFolder();
        const string prompt = "canary-prompt-words";
        const string secret = "canary-webhook-secret";
        const string wrongKey = "canary-wrong-key-0123456789";
        string[] links;
        string jobId;
        string pixels;
        string page;
        string lines;
        await using (var gateway = await GatewayProcess.StartAsync(folder.PathOf("data"), [.. Settings(fake, collector, listener), ("Pictor__Telemetry__Logs", "json"), ("Logging__LogLevel__Pictor", "Trace")]))
        {
            using var answer = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt, webhook_url = new Uri(listener.Address, "/hook?token=canary-in-the-url"), webhook_secret = secret });
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
            var job = await answer.Content.ReadFromJsonAsync<JsonElement>();
            jobId = job.GetProperty("id").GetString()!;
            var link = new Uri(job.GetProperty("data")[0].GetProperty("url").GetString()!);
            pixels = Convert.ToBase64String(await gateway.Client.GetByteArrayAsync(link))[..60];
            links = [link.Query, .. link.Query.Split('=')[^1..]];

            // What goes wrong is what is talked about: a vendor that fails, a link that leads nowhere, a picture that is none, a key that is none.
            fake.Faults.Add("status=500 body=html", next: 1, dialect: "bfl");
            using var failed = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt });
            using var linked = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt, input_image = "http://127.0.0.1:9/x.png?signature=canary-signed-link" });
            using var inline = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt, input_image = "data:image/png;base64," + pixels });
            using var stranger = gateway.ClientWith(wrongKey);
            using var refused = await stranger.GetAsync($"/v1/models?api_key={wrongKey}");
            new[] { failed, linked, inline, refused }.ShouldAllBe(response => !response.IsSuccessStatusCode);
            await Poll.UntilAsync(() => Task.FromResult(!listener.Came.IsEmpty), Patience, "the delivery");
            page = await gateway.Client.GetStringAsync("/metrics");
            gateway.AskToStop();
            (await gateway.ExitCodeAsync(Patience)).ShouldBe(0);
            lines = gateway.Output;
        }

        // Every line, from the first one.
        var logged = lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        logged.ShouldNotBeEmpty();
        string[] ids = ["job", "request", "trace"];
        logged.Any(line => ids.All(name => line.TryGetProperty(name, out _))).ShouldBeTrue();
        collector.Spans.ShouldContain(span => span.Tags.ContainsKey("pictor.job.id") && span.Tags["pictor.job.id"] == jobId);
        page.ShouldContain("pictor_images_total{model=\"flux-kontext-pro\",channel=\"eu\"} 1");

        var told = lines + page + string.Join('\n', collector.Texts);
        told.ShouldContain("generate_content flux-kontext-pro");
        string[] hidden = [Credential, GatewayProcess.AdminKey, secret, "canary-in-the-url", "canary-signed-link", wrongKey, prompt, pixels[..24], .. links];
        hidden.Where(text => told.Contains(text, StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private static (string Name, string? Value)[] Settings(FakeUpstream fake, Collector collector, Listener listener) =>
    [
        ("Pictor__Channels__eu__Provider", "bfl"),
        ("Pictor__Channels__eu__BaseUrl", fake.BaseOf("bfl").AbsoluteUri),
        ("Pictor__Channels__eu__Credential", Credential),
        ("Pictor__Channels__eu__Models", "flux-kontext-pro"),
        ("Pictor__Upstream__Allow__fake", $"127.0.0.1/32:{fake.OtherAddress.Port}"),
        ("Pictor__Telemetry__Collector", collector.Address),
        ("Pictor__Telemetry__MetricsEvery", "00:00:01"),
        ("OTEL_BSP_SCHEDULE_DELAY", "100"),
        listener.Allowed,
    ];
}
