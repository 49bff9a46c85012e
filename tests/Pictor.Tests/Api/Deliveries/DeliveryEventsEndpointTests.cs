using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Pictor.Tests.Api.Deliveries;

public sealed class DeliveryEventsEndpointTests
{
    private static readonly object Picture = new { model = "sandbox", prompt = "x", size = "64x64" };

    [Fact]
    public async Task Tells_what_a_webhook_would_be_told_of_the_keys_own_jobs_only()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var mine = await gateway.NewKeyAsync();
        using var other = await gateway.NewKeyAsync();
        await MakeAsync(gateway, mine);
        await using var own = await ListenAsync(mine, "/v1/deliveries/events");
        await using var all = await ListenAsync(gateway.Client, "/admin/deliveries/events");
        var theirs = await MakeAsync(gateway, other);
        var made = await MakeAsync(gateway, mine);
        var told = await own.NextAsync();
        (told.EventId, told.EventType).ShouldBe((made, "delivery"));
        var body = JsonDocument.Parse(told.Data).RootElement;
        body.Text("type").ShouldBe("image.generation.succeeded");
        body.GetProperty("data").Text("id").ShouldBe(made);
        string?[] heard = [(await all.NextAsync()).EventId, (await all.NextAsync()).EventId];
        heard.ShouldBe([theirs, made]);
        (await mine.GetAsync("/admin/deliveries/events")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Goes_on_behind_the_event_that_was_heard_last_across_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("pictor-events-").FullName;
        try
        {
            string last;
            var missed = new List<string>();
            await using (var first = await TestGateway.StartAsync(folder: folder))
            {
                await using var line = await ListenAsync(first.Client, "/v1/deliveries/events");
                last = await MakeAsync(first, first.Client);
                (await line.NextAsync()).EventId.ShouldBe(last);
                missed.Add(await MakeAsync(first, first.Client));
                missed.Add(await MakeAsync(first, first.Client));
            }

            await using var second = await TestGateway.StartAsync(folder: folder);
            missed.Add(await MakeAsync(second, second.Client));
            await using var again = await ListenAsync(second.Client, "/v1/deliveries/events", last);
            var heard = new List<string>();
            while (heard.Count < missed.Count)
            {
                heard.Add((await again.NextAsync()).EventId!);
            }

            heard.ShouldBe(missed);
            (await again.NextAsync(() => MakeAsync(second, second.Client))).EventId!.ShouldNotBeOneOf([.. missed, last]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Refuses_a_last_event_that_is_none_of_the_stream()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var mine = await gateway.NewKeyAsync();
        var theirs = await MakeAsync(gateway, gateway.Client);
        foreach (var id in (string[])["gen_nothing", theirs, new string('x', 10_000)])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/deliveries/events");
            request.Headers.Add("Last-Event-ID", id);
            using var answer = await mine.SendAsync(request);
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            (await answer.JsonAsync()).Error().Text("param").ShouldBe("Last-Event-ID");
        }
    }

    private static async Task<string> MakeAsync(TestGateway gateway, HttpClient client)
    {
        using var answer = await gateway.GenerateAsync(Picture, client);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return (await answer.JsonAsync()).Text("id");
    }

    private static async Task<Line> ListenAsync(HttpClient client, string path, string? last = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (last is not null)
        {
            request.Headers.Add("Last-Event-ID", last);
        }

        var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return new Line(answer, await answer.Content.ReadAsStreamAsync());
    }

    private sealed class Line(HttpResponseMessage answer, Stream stream) : IAsyncDisposable
    {
        private readonly IAsyncEnumerator<SseItem<string>> _items = SseParser.Create(stream).EnumerateAsync().GetAsyncEnumerator();

        public async Task<SseItem<string>> NextAsync(Func<Task>? meanwhile = null)
        {
            var next = _items.MoveNextAsync().AsTask();
            if (meanwhile is not null)
            {
                await meanwhile();
            }

            (await next.WaitAsync(TimeSpan.FromSeconds(60))).ShouldBeTrue();
            return _items.Current;
        }

        public async ValueTask DisposeAsync()
        {
            // Its reader may still wait for a next one.
            answer.Dispose();
            await stream.DisposeAsync();
        }
    }
}
