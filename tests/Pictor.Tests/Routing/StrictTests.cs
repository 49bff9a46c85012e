using System.Net;
using Pictor.FakeUpstreams;
using Pictor.Imaging;

namespace Pictor.Tests.Routing;

/// <summary>A caller that is strict gets what it asked for or nothing, whichever of a model's channels would serve it.</summary>
public sealed class StrictTests : IAsyncLifetime
{
    private FakeUpstream _fake = null!;

    public async ValueTask InitializeAsync() => _fake = await FakeUpstream.StartAsync();

    public ValueTask DisposeAsync() => _fake.DisposeAsync();

    [Fact]
    public async Task Skips_the_channels_that_would_change_something()
    {
        await using var gateway = await StartAsync([.. Kontext("chat", "chat", "Weight=1000"), .. Kontext("bfl", "bfl")]);
        for (var i = 0; i < 5; i++)
        {
            using var answer = await StrictAsync(gateway, new { model = "flux-kontext-pro", prompt = "x", seed = 5, safety_tolerance = 3 });

            var body = await answer.JsonAsync();
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, body.ToString());
            answer.Headers.GetValues("x-pictor-channel").ShouldBe(["bfl"]);
            body.GetProperty("warnings").GetArrayLength().ShouldBe(0);
        }
    }

    [Fact]
    public async Task Fails_rather_than_fall_over_to_a_channel_that_would_change_something()
    {
        await using var gateway = await StartAsync([.. Kontext("bfl", "bfl", "Priority=0"), .. Kontext("chat", "chat", "Priority=1")]);
        _fake.Faults.Add("status=429", dialect: "bfl");
        using var answer = await StrictAsync(gateway, new { model = "flux-kontext-pro", prompt = "x", seed = 5 });

        answer.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        _fake.Record.Submits.ShouldHaveSingleItem().Dialect.ShouldBe("bfl");
    }

    [Fact]
    public async Task Is_served_by_a_later_channel_where_the_first_would_change_something()
    {
        await using var gateway = await StartAsync([.. Kontext("chat", "chat", "Priority=0"), .. Kontext("bfl", "bfl", "Priority=1")]);
        using var answer = await StrictAsync(gateway, new { model = "flux-kontext-pro", prompt = "x", seed = 5 });

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        answer.Headers.GetValues("x-pictor-channel").ShouldBe(["bfl"]);
    }

    [Fact]
    public async Task Is_refused_where_every_channel_would_change_something()
    {
        await using var gateway = await StartAsync([.. Kontext("chat", "chat"), .. Kontext("fal", "fal")]);
        using var answer = await StrictAsync(gateway, new { model = "flux-kontext-pro", prompt = "x", safety_tolerance = 0 });

        await RefusedAsync(answer, "safety_tolerance");
    }

    [Theory]
    [InlineData("bfl")]
    [InlineData("fal")]
    [InlineData("replicate")]
    public async Task May_write_the_ratio_as_a_size(string dialect)
    {
        await using var gateway = await StartAsync(Kontext(dialect, dialect));
        using var answer = await StrictAsync(gateway, new { model = "flux-kontext-pro", prompt = "x", size = "16:9" });

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Counts_references_that_are_still_behind_links()
    {
        await using var gateway = await StartAsync(Kontext("replicate", "replicate"));
        var picture = new FakePicture(300, 200, PictureFormat.Png, 7);
        using var links = await StrictAsync(gateway, new { model = "flux-kontext-pro", prompt = "x", images = new[] { Link(picture), Link(picture) } });
        using var inline = await StrictAsync(gateway, new { model = "flux-kontext-pro", prompt = "x", images = new[] { Inline(picture), Inline(picture) } });

        await RefusedAsync(links, "images");
        await RefusedAsync(inline, "images");
    }

    [Fact]
    public async Task Is_looked_at_again_when_the_references_are_here()
    {
        await using var gateway = await StartAsync(TestChannels.Of(_fake, "a", "openai", "dall-e-2"));
        using var wide = await StrictAsync(gateway, new { model = "dall-e-2", prompt = "x", size = "512x512", image = Link(new FakePicture(300, 200, PictureFormat.Png, 7)) });
        using var square = await StrictAsync(gateway, new { model = "dall-e-2", prompt = "x", size = "512x512", image = Link(new FakePicture(300, 300, PictureFormat.Png, 7)) });

        wide.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await wide.JsonAsync()).Error().Text("code").ShouldBe("parameter_adapted");
        square.StatusCode.ShouldBe(HttpStatusCode.OK, await square.Content.ReadAsStringAsync());
        _fake.Record.Submits.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Is_not_sent_again_without_a_quality_that_a_relay_refuses()
    {
        await using var gateway = await StartAsync(Kontext("relay", "relay"));
        using var answer = await StrictAsync(gateway, new { model = "flux-kontext-pro", prompt = "x [fake: refuse=quality]", quality = "high" });

        (await answer.JsonAsync()).Error().Text("code").ShouldBe("upstream_refused");
        _fake.Record.Paid.ShouldBeEmpty();
    }

    private static Task<TestGateway> StartAsync(string[] settings) => TestGateway.StartAsync(settings: settings);

    private static Task<HttpResponseMessage> StrictAsync(TestGateway gateway, object body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/images/generations") { Content = JsonContent.Create(body) };
        request.Headers.Add("Pictor-Strict", "true");
        return gateway.Client.SendAsync(request);
    }

    private static string Inline(FakePicture picture) => "data:image/png;base64," + Convert.ToBase64String(new FakePictures(0).Bytes(picture));

    private string[] Kontext(string id, string dialect, params string[] more) => TestChannels.Of(
        _fake,
        id,
        dialect,
        dialect switch { "fal" => "flux-kontext-pro=fal-ai/flux-pro/kontext", "replicate" => "flux-kontext-pro=black-forest-labs/flux-kontext-pro", _ => "flux-kontext-pro" },
        more);

    private string Link(FakePicture picture) => _fake.LinkTo(picture, Directives.None);

    private async Task RefusedAsync(HttpResponseMessage answer, string param)
    {
        var body = await answer.JsonAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, body.ToString());
        body.Error().Text("code").ShouldBe("parameter_adapted");
        body.Error().Text("param").ShouldBe(param);
        _fake.Record.Submits.ShouldBeEmpty();
    }
}
