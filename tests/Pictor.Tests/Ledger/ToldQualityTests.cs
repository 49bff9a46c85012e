using System.Net;
using System.Text.Json.Nodes;
using Pictor.FakeUpstreams;
using Pictor.Imaging;
using Pictor.Routing;
using Pictor.Tests.Api;
using Pictor.Tests.Imaging;

namespace Pictor.Tests.Ledger;

/// <summary>A quality that the request leaves to the vendor is held at the dearest and charged as the vendor says it drew.</summary>
public sealed class ToldQualityTests : IAsyncLifetime
{
    private FakeUpstream _fake = null!;

    public async ValueTask InitializeAsync() => _fake = await FakeUpstream.StartAsync();

    public ValueTask DisposeAsync() => _fake.DisposeAsync();

    [Theory]
    [InlineData("{}", "quality=low", "0.25", "0.011")]
    [InlineData("""{"quality":"auto","size":"1024x1024"}""", "quality=medium", "0.167", "0.042")]
    [InlineData("{}", "quality=high", "0.25", "0.167")]
    [InlineData("{}", "quality=none", "0.25", "0.167")]
    [InlineData("{}", "quality=galactic", "0.25", "0.167")]
    [InlineData("""{"n":3}""", "quality=low every-other=1536x1024", "0.75", "0.038")]
    [InlineData("""{"n":3,"stream":true,"partial_images":1}""", "quality=low every-other=1536x1024", "0.75", "0.038")]
    [InlineData("""{"n":2}""", "quality=low pictures=1", "0.50", "0.011")]
    [InlineData("""{"quality":"medium","size":"1024x1024"}""", "quality=low", "0.042", "0.042")]
    [InlineData("""{"quality":"low"}""", "quality=high", "0.016", "0.011")]
    public async Task Charges_what_was_drawn_and_releases_the_rest(string request, string directives, string held, string charged)
    {
        await using var gateway = await StartAsync(folder: null, Channel("main", "openai"));
        var body = JsonNode.Parse(request)!;
        (body["model"], body["prompt"]) = ("gpt-image-1", $"a lighthouse [fake: {directives}]");
        using var answer = await gateway.GenerateAsync(body);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        await ShouldBookAsync(gateway, held, charged);
    }

    [Fact]
    public async Task Charges_a_streamed_edit_by_what_was_drawn()
    {
        await using var gateway = await StartAsync(folder: null, Channel("main", "openai"));
        using var form = new RawForm()
            .Text("model", "gpt-image-1").Text("prompt", "blur it [fake: quality=medium]").Text("size", "1024x1024").Text("stream", "true").Text("partial_images", "1")
            .File("image", Samples.Quarters(PictureFormat.Png)).Build();
        using var answer = await gateway.Client.PostAsync("/v1/images/edits", form);

        (await Sse.ReadAsync(answer)).Events[^1].GetProperty("usage").GetProperty("cost").GetDecimal().ShouldBe(0.042m);
        await ShouldBookAsync(gateway, "0.167", "0.042");
    }

    [Fact]
    public async Task Remembers_the_quality_of_a_part_that_was_delivered_before_a_restart()
    {
        using var folder = new TemporaryFolder();

        // A chat makes one picture a call, so that the job has two parts.
        string[] settings = [.. Channel("main", "openai"), .. Channel("chat", "chat"), "Pictor:Channels:chat:Dialect=chat", "Pictor:Channels:chat:Priority=9", "Pictor:Jobs:StopTime=00:00:00"];
        string path;
        _fake.Faults.Add("fault=silence", next: 1);
        await using (var first = await StartAsync(folder.Path, settings))
        {
            using var accepted = await first.GenerateAsync(new { model = "gpt-image-1", prompt = "a lighthouse [fake: quality=low]", size = "1024x1024", n = 2, async = true });
            path = accepted.Headers.Location!.ToString();
            var id = (await accepted.JsonAsync()).Text("id");
            var attempts = first.Services.GetRequiredService<AttemptStore>();
            await Eventually.TrueAsync(async () => _fake.Record.Paid.Count == 2 && (await attempts.OfJobAsync(id, CancellationToken.None)).Any(attempt => attempt.Outcome == Attempt.Delivered));
        }

        await using var second = await StartAsync(folder.Path, settings);
        var job = await (await second.Client.GetAsync(path + "?wait=60")).JsonAsync();
        job.Text("status").ShouldBe("succeeded", job.ToString());
        job.GetProperty("data").GetArrayLength().ShouldBe(1);
        await ShouldBookAsync(second, "0.334", "0.011");
    }

    private static async Task ShouldBookAsync(TestGateway gateway, string held, string charged)
    {
        var entries = (await (await gateway.Client.GetAsync("/admin/ledger/entries")).JsonAsync()).GetProperty("data").EnumerateArray().ToList();
        Amount("hold").ShouldBe(decimal.Parse(held));
        Amount("charge").ShouldBe(decimal.Parse(charged));
        Amount("release").ShouldBe(decimal.Parse(held) - decimal.Parse(charged));

        var used = (await (await gateway.Client.GetAsync("/admin/usage?by=model")).JsonAsync()).GetProperty("data").EnumerateArray().ShouldHaveSingleItem();
        used.Text("cost").ShouldBe(charged);
        used.Text("list_cost").ShouldBe(charged);
        await gateway.ShouldBalanceAsync();

        decimal Amount(string kind) => entries.Where(entry => entry.Text("kind") == kind).Sum(entry => decimal.Parse(entry.Text("amount")));
    }

    private string[] Channel(string id, string dialect) =>
    [
        $"Pictor:Channels:{id}:Provider=openai",
        $"Pictor:Channels:{id}:BaseUrl={_fake.BaseOf(dialect, "/v1")}",
        $"Pictor:Channels:{id}:Credential={FakeOptions.UsualCredential}",
        $"Pictor:Channels:{id}:Models=gpt-image-1",
    ];

    private static Task<TestGateway> StartAsync(string? folder, string[] settings) =>
        TestGateway.StartAsync(null, folder, [.. settings, "Pictor:Upstream:Allow:tests=127.0.0.0/8:*"]);
}
