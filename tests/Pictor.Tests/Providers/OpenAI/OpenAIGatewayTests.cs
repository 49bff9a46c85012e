using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Pictor.FakeUpstreams;
using Pictor.Imaging;

namespace Pictor.Tests.Providers.OpenAI;

/// <summary>The provider behind the whole gateway, its channels from settings.</summary>
public sealed class OpenAIGatewayTests : IAsyncLifetime
{
    private FakeUpstream _fake = null!;

    public async ValueTask InitializeAsync() => _fake = await FakeUpstream.StartAsync();

    public ValueTask DisposeAsync() => _fake.DisposeAsync();

    [Fact]
    public async Task Serves_gpt_image_with_usage_and_base64()
    {
        await using var gateway = await StartAsync(Channel("main", "openai", "gpt-image-1"));
        using var answer = await gateway.GenerateAsync(new { model = "gpt-image-1", prompt = "a lighthouse", size = "1536x1024", quality = "low" });

        var body = await answer.JsonAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body.ToString());
        body.GetProperty("data")[0].Text("b64_json").ShouldStartWith("iVBOR");
        body.GetProperty("data")[0].GetProperty("width").GetInt32().ShouldBe(1536);
        body.GetProperty("usage").GetProperty("output_tokens").GetInt32().ShouldBe(1056);
        var paid = _fake.Record.Paid.ShouldHaveSingleItem();
        paid.Parameters!.ToJsonString().ShouldBe("""{"model":"gpt-image-1","prompt":"a lighthouse","size":"1536x1024","quality":"low"}""");
    }

    /// <summary>PostgreSQL keeps no zero character: the paid picture that came with one was lost.</summary>
    [Fact]
    public async Task Keeps_a_picture_whose_revised_prompt_has_a_zero_character()
    {
        await using var gateway = await StartAsync(Channel("main", "openai", "gpt-image-1"));
        var said = Uri.EscapeDataString($$"""{"created":1,"data":[{"b64_json":"{{Convert.ToBase64String(Imaging.Samples.Quarters(PictureFormat.Png))}}","revised_prompt":"a\u0000cat"}]}""");
        using var answer = await gateway.GenerateAsync(new { model = "gpt-image-1", prompt = $"a cat [fake: status=200 raw={said}]" });

        var body = await answer.JsonAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body.ToString());
        body.GetProperty("data")[0].Text("revised_prompt").ShouldBe("a\uFFFDcat");
    }

    [Theory]
    [InlineData("", "")]
    [InlineData(""","size":"auto" """, ""","size":"auto" """)]
    [InlineData(""","aspect_ratio":"auto" """, "")]
    [InlineData(""","aspect_ratio":"3:2" """, ""","size":"1536x1024" """)]
    public async Task Leaves_the_size_to_the_vendor_where_nobody_named_one(string given, string sent)
    {
        await using var gateway = await StartAsync(Channel("main", "openai", "gpt-image-1"));
        using var body = JsonDocument.Parse($$"""{"model":"gpt-image-1","prompt":"x","quality":"low"{{given}}}""");
        using var answer = await gateway.GenerateAsync(body.RootElement);
        using var estimate = await gateway.Client.PostAsJsonAsync("/v1/images/estimate", body.RootElement);

        var done = await answer.JsonAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, done.ToString());
        done.GetProperty("warnings").GetArrayLength().ShouldBe(0);
        _fake.Record.Paid.ShouldHaveSingleItem().Parameters!.ToJsonString().ShouldBe($$"""{"model":"gpt-image-1","prompt":"x"{{sent.TrimEnd()}},"quality":"low"}""");

        // Held for the dearest shape that may come, charged for the one that came.
        (await estimate.JsonAsync()).Text("cost").ShouldBe("0.016");
        done.Text("cost").ShouldBe(sent.Contains("1536", StringComparison.Ordinal) ? "0.016" : "0.011");
    }

    [Fact]
    public async Task Names_the_size_where_the_models_vendor_chooses_none()
    {
        await using var gateway = await StartAsync(
        [
            "Pictor:Channels:main:Provider=fal", $"Pictor:Channels:main:BaseUrl={_fake.BaseOf("fal")}", $"Pictor:Channels:main:Credential={FakeOptions.UsualCredential}",
            "Pictor:Channels:main:Models=gpt-image-1=fal-ai/flux-pro/v1.1",
        ]);
        using var answer = await gateway.GenerateAsync(new { model = "gpt-image-1", prompt = "x", size = "auto" });

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        _fake.Record.Paid.ShouldHaveSingleItem().Parameters!["image_size"]!.ToJsonString().ShouldBe("""{"width":1024,"height":1024}""");
    }

    [Fact]
    public async Task Serves_a_seed_request_over_a_relay()
    {
        await using var gateway = await StartAsync([.. Channel("tuzi", "relay", "flux-kontext-pro"), "Pictor:Channels:tuzi:Dialect=relay"]);
        using var answer = await gateway.GenerateAsync(new
        {
            model = "flux-kontext-pro",
            prompt = "a lighthouse",
            aspect_ratio = "16:9",
            seed = 42,
            safety_tolerance = 2,
            output_format = "png",
            extra_body = new { steps = 20 },
        });

        var body = await answer.JsonAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body.ToString());
        body.GetProperty("data")[0].Text("url").ShouldContain("/v1/assets/");
        var sent = _fake.Record.Paid.ShouldHaveSingleItem().Parameters!;
        sent["aspect_ratio"]!.ToString().ShouldBe("16:9");
        sent["seed"]!.ToString().ShouldBe("42");
        sent["steps"]!.ToString().ShouldBe("20");
        _fake.Record.Calls.ShouldAllBe(call => call.Credential == null || call.Host == _fake.Address.Authority);
    }

    [Fact]
    public async Task Serves_a_model_that_a_chat_relay_has()
    {
        await using var gateway = await StartAsync([.. Channel("chat", "chat", "flux-kontext-max"), "Pictor:Channels:chat:dialect=Chat"]);
        using var answer = await gateway.GenerateAsync(new { model = "flux-kontext-max", prompt = "a lighthouse", n = 2, seed = 1 });

        var body = await answer.JsonAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body.ToString());
        body.GetProperty("data").GetArrayLength().ShouldBe(2);
        body.GetProperty("warnings").EnumerateArray().ShouldContain(warning => warning.Text("param") == "seed");
        _fake.Record.Paid.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Delivers_the_picture_of_a_chat_that_cuts_a_character_in_two()
    {
        await using var gateway = await StartAsync([.. Channel("chat", "chat", "flux-kontext-max"), "Pictor:Channels:chat:dialect=Chat"]);
        using var answer = await gateway.GenerateAsync(new { model = "flux-kontext-max", prompt = "a lighthouse [fake: chat=split-character]" });

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Asks_the_next_channel_only_when_nothing_was_sent_to_the_first()
    {
        await using var gateway = await StartAsync(
        [
            .. Channel("first", "openai", "dall-e-3", FakeUpstream.ClosedAddress()), "Pictor:Channels:first:Priority=0",
            .. Channel("second", "openai", "dall-e-3"), "Pictor:Channels:second:Priority=1",
        ]);
        using var answer = await gateway.GenerateAsync(new { model = "dall-e-3", prompt = "a lighthouse" });

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.JsonAsync()).GetProperty("data")[0].Text("revised_prompt").ShouldBe("A tall lighthouse at dusk");
        _fake.Record.Paid.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("status=500")]
    [InlineData("fault=reset-after-body")]
    [InlineData("fault=reset-in-body")]
    [InlineData("fault=truncated-json")]
    [InlineData("fault=html")]
    [InlineData("shape=url link=http://192.168.0.1/x.png")]
    [InlineData("shape=url fault=garbage at=picture")]
    [InlineData("shape=url status=404 at=picture")]
    public async Task Pays_once_however_the_first_channel_fails(string directives)
    {
        await using var gateway = await StartAsync([.. Channel("first", "openai", "dall-e-3"), .. Channel("second", "openai", "dall-e-3")]);
        using var answer = await gateway.GenerateAsync(new { model = "dall-e-3", prompt = $"a lighthouse [fake: {directives}]" });

        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        (await answer.JsonAsync()).Error().Text("type").ShouldBe("api_error");
        _fake.Record.Paid.Count.ShouldBe(1);
        _fake.Record.Submits.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Does_not_start_with_a_dialect_that_is_none()
    {
        var start = () => StartAsync([.. Channel("main", "openai", "dall-e-3"), "Pictor:Channels:main:Dialect=klingon"]);

        (await Should.ThrowAsync<OptionsValidationException>(start)).Message.ShouldContain("Pictor:Channels:main: Dialect must be openai, azure, relay or chat.");
    }

    private string[] Channel(string id, string dialect, string models, Uri? address = null) =>
    [
        $"Pictor:Channels:{id}:Provider=openai",
        $"Pictor:Channels:{id}:BaseUrl={new Uri(address ?? _fake.Address, $"/{dialect}/v1")}",
        $"Pictor:Channels:{id}:Credential={FakeOptions.UsualCredential}",
        $"Pictor:Channels:{id}:Models={models}",
    ];

    private static Task<TestGateway> StartAsync(string[] settings) =>
        TestGateway.StartAsync(null, null, [.. settings, "Pictor:Upstream:Allow:tests=127.0.0.0/8:*", "Pictor:Upstream:RefusalTime=00:00:00"]);
}
