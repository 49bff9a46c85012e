using System.Collections.Concurrent;
using Pictor.Tests.Webhooks;

namespace Pictor.Tests.Cli;

public sealed class ListenCommandTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Told = """{"type":"image.generation.succeeded","timestamp":"2026-11-01T00:00:00Z","data":{"id":"gen_1"}}""";

    [Fact]
    public async Task Forwards_the_end_of_a_job_as_a_signed_webhook()
    {
        using var client = await running.Gateway.NewKeyAsync();
        using var cli = new CliRun(running.Gateway.Address, client.DefaultRequestHeaders.Authorization!.Parameter);
        await using var receiver = new Receiver(_ => Receiver.Saying(204));
        var listening = cli.RunAsync("listen", "--forward-to", receiver.Url, "--secret", Secret, "--exit-after", "1");

        // Whatever ends before the gateway listens is history: one is made until one is told.
        await Eventually.TrueAsync(async () =>
        {
            using var answer = await running.Gateway.GenerateAsync(new { model = "sandbox", prompt = "x", size = "64x64" }, client);
            return !receiver.Came.IsEmpty;
        });
        var run = await listening;
        run.Code.ShouldBe(0, run.Error);
        run.Out.ShouldStartWith("image.generation.succeeded gen_");
        run.Out.ShouldEndWith(" → 204\n");
        receiver.Came.TryPeek(out var came).ShouldBeTrue();
        came!.Header("webhook-id").ShouldBe("msg_" + run.Out.Split(' ')[1]);
        came.Header("webhook-signature").ShouldBe(Pictor.Webhooks.WebhookSignature.Sign(Secret, came.Header("webhook-id")!, long.Parse(came.Header("webhook-timestamp")!), System.Text.Encoding.UTF8.GetBytes(came.Body)));
        came.Header("authorization").ShouldBeNull();
    }

    [Fact]
    public async Task Goes_on_behind_the_last_event_when_the_line_breaks_and_tells_none_twice()
    {
        var lasts = new ConcurrentQueue<string>();
        await using var relay = await FakeRelay.StartAsync(async (http, _) =>
        {
            lasts.Enqueue(http.Request.Headers["Last-Event-ID"].ToString());
            http.Response.ContentType = "text/event-stream";
            var events = lasts.Count == 1 ? (string[])["gen_1"] : ["gen_1", "gen_2"];
            await http.Response.WriteAsync(": listening\n\n" + string.Concat(events.Select(id => $"id: {id}\nevent: delivery\ndata: {Told.Replace("gen_1", id, StringComparison.Ordinal)}\n\n")));
        });
        using var cli = new CliRun(relay.Address);
        var run = await cli.RunAsync("listen", "--exit-after", "2", "--json");
        run.Code.ShouldBe(0, run.Error);
        run.Lines.ShouldBe([Told, Told.Replace("gen_1", "gen_2", StringComparison.Ordinal)]);
        lasts.ShouldBe(["", "gen_1"]);
    }

    [Theory]
    [InlineData("--forward-to", "ftp://localhost/")]
    [InlineData("--forward-to", "localhost:9", "--secret", "whsec_no base64!")]
    public async Task Refuses_what_cannot_be_forwarded_to_or_signed_with(params string[] words)
    {
        using var cli = new CliRun(running.Gateway.Address);
        (await cli.RunAsync(["listen", .. words])).Code.ShouldBe(2);
    }

    [Fact]
    public async Task An_event_that_is_no_json_is_told_and_left_out()
    {
        await using var relay = await FakeRelay.StartAsync(async (http, _) =>
        {
            http.Response.ContentType = "text/event-stream";
            await http.Response.WriteAsync($"id: gen_0\ndata: oops\n\nid: gen_1\ndata: {Told}\n\n");
        });
        using var cli = new CliRun(relay.Address);
        var run = await cli.RunAsync("listen", "--exit-after", "1");
        run.Code.ShouldBe(0, run.Error);
        run.Lines.ShouldBe(["image.generation.succeeded gen_1"]);
        run.Error.ShouldContain("no JSON");
    }

    [Fact]
    public async Task A_server_without_such_a_stream_is_told_so()
    {
        await using var relay = await FakeRelay.StartAsync((http, _) => FakeRelay.JsonAsync(http, 200, "{}"));
        using var cli = new CliRun(relay.Address);
        var run = await cli.RunAsync("listen");
        run.Code.ShouldBe(1);
        run.Error.ShouldContain("gives no stream of events");
    }
}
