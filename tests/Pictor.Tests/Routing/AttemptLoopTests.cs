using System.Net;
using System.Text.Json;
using Pictor.FakeUpstreams;

namespace Pictor.Tests.Routing;

/// <summary>Routing through the whole gateway; the fake vendors' own record judges what was paid.</summary>
public sealed class AttemptLoopTests
{
    [Fact]
    public async Task Six_channels_serve_the_seed_request_through_one_address()
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(settings:
        [
            .. Channel("a", "openai", fake.BaseOf("openai", "/v1"), "gpt-image-1"),
            .. Channel("b", "openai", fake.BaseOf("relay", "/v1"), "relayed=flux-kontext-pro", "Dialect=relay"),
            .. Channel("c", "openai", fake.BaseOf("chat", "/v1"), "chatted=flux-kontext-pro", "Dialect=chat"),
            .. Channel("d", "bfl", fake.BaseOf("bfl"), "flux-kontext-pro"),
            .. Channel("e", "fal", fake.BaseOf("fal"), "on-fal=fal-ai/flux-pro/kontext"),
            .. Channel("f", "replicate", fake.BaseOf("replicate"), "on-replicate=black-forest-labs/flux-kontext-pro"),
            "Pictor:Catalog:Prices=on-fal=0.04,on-replicate=0.04",
        ]);
        foreach (var (model, channel) in new[] { ("gpt-image-1", "a"), ("relayed", "b"), ("chatted", "c"), ("flux-kontext-pro", "d"), ("on-fal", "e"), ("on-replicate", "f") })
        {
            using var answer = await gateway.GenerateAsync(new { model, prompt = "Sunset over mountains", aspect_ratio = "16:9", seed = 42, response_format = "url" });
            var body = await answer.JsonAsync();
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, $"{model}: {body}");
            answer.Headers.GetValues("x-pictor-channel").ShouldBe([channel]);
            using var http = new HttpClient();
            (await http.GetAsync(body.GetProperty("data")[0].Text("url"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        fake.Record.Paid.Count.ShouldBe(6);
    }

    [Theory]
    [InlineData("status=401")]
    [InlineData("status=402")]
    [InlineData("status=403")]
    [InlineData("status=404")]
    [InlineData("status=429")]
    [InlineData("status=503")]
    public async Task A_proven_refusal_goes_to_the_next_channel(string refusal)
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await TwoChannelsAsync(fake);
        fake.Faults.Add(refusal, dialect: "bfl");
        using var answer = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x" });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        answer.Headers.GetValues("x-pictor-channel").ShouldBe(["second"]);
        answer.Headers.GetValues("x-pictor-attempts").ShouldBe(["2"]);
        fake.Record.Paid.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("fault=reset-after-body", HttpStatusCode.BadGateway, "upstream_outcome_unknown")]
    [InlineData("status=500", HttpStatusCode.BadGateway, "upstream_outcome_unknown")]
    [InlineData("status=502 body=html", HttpStatusCode.BadGateway, "upstream_outcome_unknown")]
    [InlineData("status=503 body=html", HttpStatusCode.BadGateway, "upstream_outcome_unknown")]
    [InlineData("fault=truncated-json", HttpStatusCode.BadGateway, null)]
    [InlineData("status=422", HttpStatusCode.BadRequest, "upstream_refused")]
    public async Task What_may_have_run_or_was_refused_for_what_it_says_is_never_sent_again(string fault, HttpStatusCode status, string? code)
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await TwoChannelsAsync(fake);
        fake.Faults.Add(fault, dialect: "bfl");
        using var answer = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x" });
        var body = await answer.JsonAsync();
        answer.StatusCode.ShouldBe(status, body.ToString());
        answer.Headers.GetValues("x-should-retry").ShouldBe(["false"]);
        answer.Headers.GetValues("x-pictor-cost").ShouldBe(["0.00"]);
        if (code is not null)
        {
            body.Error().Text("code").ShouldBe(code);
        }

        fake.Record.At(Stages.Submit).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Pictures_beyond_one_call_are_parallel_calls_of_one_job()
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await OneChannelAsync(fake);
        var body = await OkAsync(gateway, new { model = "flux-kontext-pro", prompt = "x", n = 4, seed = 7 });
        body.GetProperty("data").GetArrayLength().ShouldBe(4);
        body.GetProperty("data").EnumerateArray().Select(image => image.GetProperty("seed").GetInt64()).ShouldBe([7, 8, 9, 10]);
        body.Text("cost").ShouldBe("0.14");
        fake.Record.Paid.Count.ShouldBe(4);
    }

    [Fact]
    public async Task A_part_that_fails_takes_nothing_from_the_others_and_is_told()
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await OneChannelAsync(fake);
        fake.Faults.Add("status=422", dialect: "bfl");
        var body = await OkAsync(gateway, new { model = "flux-kontext-pro", prompt = "x", n = 3 });
        body.GetProperty("data").GetArrayLength().ShouldBe(2);
        body.Text("cost").ShouldBe("0.07");
        var warning = body.GetProperty("warnings").EnumerateArray().Single(warning => warning.Text("param") == "n");
        warning.Text("used").ShouldBe("2");
    }

    [Fact]
    public async Task Polls_that_fail_are_never_final()
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await OneChannelAsync(fake);
        fake.Faults.Add("status=500 at=poll", dialect: "bfl");
        fake.Faults.Add("fault=html at=poll", dialect: "bfl");
        fake.Faults.Add("fault=reset-after-headers at=poll", dialect: "bfl");
        await OkAsync(gateway, new { model = "flux-kontext-pro", prompt = "x" });
        fake.Record.Paid.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_picture_that_comes_too_late_is_collected_and_offered_for_free()
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await OneChannelAsync(fake, "Pictor:Jobs:Deadline=00:00:01", "Pictor:Jobs:CollectEvery=00:00:00.2");
        using var late = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x [fake: polls=6]" });
        late.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        JsonElement job = default;
        await Eventually.TrueAsync(async () => (job = await (await gateway.Client.GetAsync(late.Headers.Location)).JsonAsync()).TryGetProperty("late_data", out _));
        job.Text("status").ShouldBe("failed");
        job.Text("cost").ShouldBe("0.00");
        using var http = new HttpClient();
        (await http.GetAsync(job.GetProperty("late_data")[0].Text("url"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        fake.Record.Paid.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_channel_is_asked_for_as_much_at_once_as_it_may_and_the_rest_waits()
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await OneChannelAsync(fake, "Pictor:Channels:first:Concurrent=1");
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OkAsync(gateway, new { model = "flux-kontext-pro", prompt = "x" })));
        answers.Length.ShouldBe(4);
        fake.Record.Paid.Count.ShouldBe(4);
    }

    [Fact]
    public async Task A_refused_account_takes_its_channel_out_and_says_so_to_the_operator()
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await OneChannelAsync(fake);
        fake.Faults.Add("status=402", dialect: "bfl");
        using var refused = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x" });
        refused.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        using var next = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x" });
        next.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        next.Headers.RetryAfter.ShouldNotBeNull();
        var health = (await (await gateway.Client.GetAsync("/admin/channels/first")).JsonAsync()).GetProperty("health");
        health.Text("state").ShouldBe("excluded");
        fake.Record.At(Stages.Submit).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_prompt_that_a_vendor_forbids_takes_its_channel_from_nobody_else()
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await OneChannelAsync(fake);
        fake.Faults.Add(TestChannels.Raw(403, """{"error":"forbidden","message":"This prompt is not allowed here."}"""), dialect: "bfl");
        using var refused = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x" });
        refused.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        (await refused.JsonAsync()).Error().Text("code").ShouldBe("upstream_forbidden");
        await OkAsync(gateway, new { model = "flux-kontext-pro", prompt = "x" });
    }

    [Fact]
    public async Task A_rate_limit_with_nowhere_else_to_go_is_told_with_its_time()
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await OneChannelAsync(fake);
        fake.Faults.Add("status=429 retry-after=7", dialect: "bfl");
        using var answer = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x" });
        answer.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task A_rate_limit_without_a_time_is_told_with_one_all_the_same()
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(settings: TestChannels.Of(fake, "a", "openai", "dall-e-3"));
        fake.Faults.Add("status=429", dialect: "openai");
        using var answer = await gateway.GenerateAsync(new { model = "dall-e-3", prompt = "x" });
        answer.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Strict_callers_are_refused_before_anything_is_sent()
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(settings: [.. Channel("a", "openai", fake.BaseOf("openai", "/v1"), "gpt-image-1"), "Pictor:Upstream:Allow:fake=127.0.0.0/8:*"]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/images/generations") { Content = JsonContent.Create(new { model = "gpt-image-1", prompt = "x", seed = 7 }) };
        request.Headers.Add("Pictor-Strict", "true");
        using var answer = await gateway.Client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.JsonAsync()).Error().Text("param").ShouldBe("seed");
        fake.Record.At(Stages.Submit).ShouldBeEmpty();
    }

    private static string[] Channel(string id, string provider, Uri address, string models, params string[] more) =>
    [
        $"Pictor:Channels:{id}:Provider={provider}",
        $"Pictor:Channels:{id}:BaseUrl={address}",
        $"Pictor:Channels:{id}:Credential={FakeOptions.UsualCredential}",
        $"Pictor:Channels:{id}:Models={models}",
        "Pictor:Upstream:Allow:fake=127.0.0.0/8:*",
        .. more.Select(setting => $"Pictor:Channels:{id}:{setting}"),
    ];

    private static Task<TestGateway> OneChannelAsync(FakeUpstream fake, params string[] more) =>
        TestGateway.StartAsync(settings: [.. Channel("first", "bfl", fake.BaseOf("bfl"), "flux-kontext-pro"), .. more]);

    private static Task<TestGateway> TwoChannelsAsync(FakeUpstream fake) => TestGateway.StartAsync(settings:
    [
        .. Channel("first", "bfl", fake.BaseOf("bfl"), "flux-kontext-pro", "Priority=0"),
        .. Channel("second", "fal", fake.BaseOf("fal"), "flux-kontext-pro=fal-ai/flux-pro/kontext", "Priority=1"),
    ]);

    private static async Task<JsonElement> OkAsync(TestGateway gateway, object request)
    {
        using var answer = await gateway.GenerateAsync(request);
        var body = await answer.JsonAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body.ToString());
        return body;
    }
}
