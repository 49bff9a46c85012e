using System.Net;
using System.Text.Json;
using Pictor.FakeUpstreams;

namespace Pictor.Tests.Routing;

/// <summary>A relay, which takes everything as it is given, beside channels that do not.</summary>
public sealed class MixedChannelsTests : IAsyncLifetime
{
    private static readonly object Given = new { model = "mix", prompt = "x", negative_prompt = "ugly", steps = 30, aspect_ratio = "1:1", size = "1536x1024" };

    private FakeUpstream _fake = null!;

    public async ValueTask InitializeAsync() => _fake = await FakeUpstream.StartAsync();

    public ValueTask DisposeAsync() => _fake.DisposeAsync();

    // Channels of the settings stand in the order of their ids.
    [Theory]
    [InlineData("a", 1)]
    [InlineData("z", 1)]
    [InlineData("a", 0)]
    [InlineData("z", 0)]
    public async Task What_the_next_channel_does_not_take_is_told(string relay, int priority)
    {
        await using var gateway = await StartAsync([.. Channel("openai", "openai", $"Priority={priority}"), .. Channel(relay, "relay", "Weight=1000000")]);
        _fake.Faults.Add("status=429", dialect: "relay");
        var body = await OkAsync(gateway, Given, "openai");

        Told(body).ShouldBe(["negative_prompt", "size", "steps"]);
        _fake.Record.Paid.ShouldHaveSingleItem().Parameters!.ToJsonString().ShouldBe("""{"model":"gpt-image-1","prompt":"x","size":"1024x1024"}""");
    }

    [Theory]
    [InlineData("a")]
    [InlineData("z")]
    public async Task Nothing_is_told_where_the_relay_takes_it(string relay)
    {
        await using var gateway = await StartAsync([.. Channel(relay, "relay"), .. Channel("openai", "openai", "Priority=1")]);
        var body = await OkAsync(gateway, Given, relay);

        Told(body).ShouldBeEmpty();
        _fake.Record.Paid.ShouldHaveSingleItem().Parameters!["steps"]!.ToString().ShouldBe("30");
    }

    [Fact]
    public async Task A_ratio_is_fitted_to_what_the_next_channel_draws()
    {
        await using var gateway = await StartAsync([.. Channel("a", "relay"), .. Channel("openai", "openai", "Priority=1")]);
        _fake.Faults.Add("status=429", dialect: "relay");
        var body = await OkAsync(gateway, new { model = "mix", prompt = "x", size = "9:16", seed = 7 }, "openai");

        Told(body).ShouldContain("seed");
        _fake.Record.Paid.ShouldHaveSingleItem().Parameters!["size"]!.ToString().ShouldBe("1024x1536");
    }

    [Theory]
    [InlineData("""{"size":"16:9"}""", """{"size":"16:9"}""")]
    [InlineData("""{"size":"auto","aspect_ratio":"auto"}""", """{"aspect_ratio":"auto","size":"auto"}""")]
    [InlineData("""{"size":"1024×1536","aspect_ratio":"16:9"}""", """{"aspect_ratio":"16:9","size":"1024x1536"}""")]
    [InlineData("""{"size":"","aspect_ratio":""}""", "{}")]
    public async Task A_relay_gets_size_and_ratio_as_they_were_given(string given, string sent)
    {
        await using var gateway = await StartAsync(Channel("relay", "relay"));
        var body = await OkAsync(gateway, JsonDocument.Parse("""{"model":"mix","prompt":"x",""" + given[1..]).RootElement, "relay");

        Told(body).ShouldBeEmpty();
        _fake.Record.Paid.ShouldHaveSingleItem().Parameters!.ToJsonString().ShouldBe(("""{"model":"gpt-image-1","prompt":"x",""" + sent[1..]).Replace(",}", "}", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Told(JsonElement body) => body.GetProperty("warnings").EnumerateArray().Select(warning => warning.Text("param")).Order(StringComparer.Ordinal);

    private static async Task<JsonElement> OkAsync(TestGateway gateway, object request, string channel)
    {
        using var answer = await gateway.GenerateAsync(request);
        var body = await answer.JsonAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body.ToString());
        answer.Headers.GetValues("x-pictor-channel").ShouldBe([channel]);
        return body;
    }

    private static Task<TestGateway> StartAsync(string[] settings) => TestGateway.StartAsync(settings: settings);

    private string[] Channel(string id, string dialect, params string[] more) => TestChannels.Of(_fake, id, dialect, "mix=gpt-image-1", more);
}
