using System.Net;
using Pictor.FakeUpstreams;

namespace Pictor.Tests.Routing;

/// <summary>What a proxy between the gateway and a vendor says proves nothing: only a vendor's own words permit another paid call.</summary>
public sealed class PaidOnceTests
{
    private static readonly Dictionary<string, string> Models = new()
    {
        ["openai"] = "m=dall-e-3",
        ["relay"] = "m=flux-kontext-pro",
        ["chat"] = "m=flux-kontext-pro",
        ["bfl"] = "m=flux-kontext-pro",
        ["fal"] = "m=fal-ai/flux-pro/kontext",
        ["replicate"] = "m=black-forest-labs/flux-kontext-pro",
    };

    private static readonly string[] Proxies =
    [
        """{"message":"upstream request timeout"}""",
        """{"message":"Service Unavailable"}""",
        """{"error":"Service Unavailable"}""",
        """{"timestamp":1,"status":503,"error":"Service Unavailable","message":"the service is busy"}""",
        """{"msg":"the server is currently overloaded, slow down"}""",
        """{"title":"Service Unavailable","status":500}""",
    ];

    public static MatrixTheoryData<string, string> Cases => new(Models.Keys, Proxies);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_503_in_anybodys_JSON_is_never_followed_by_a_second_paid_call(string dialect, string body)
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await TwoChannelsAsync(fake, dialect);
        fake.Faults.Add(TestChannels.Raw(503, body), dialect: dialect);

        using var answer = await gateway.GenerateAsync(new { model = "m", prompt = "x" });

        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        (await answer.JsonAsync()).Error().Text("code").ShouldBe("upstream_outcome_unknown");
        fake.Record.Submits.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("openai", """{"error":{"message":"The engine is currently overloaded, please try again later.","type":"server_error","param":null,"code":null}}""")]
    [InlineData("relay", """{"error":{"message":"no channel","type":"new_api_error","param":"","code":"get_channel_failed"}}""")]
    [InlineData("bfl", """{"detail":"The service is busy."}""")]
    [InlineData("bfl", """{"error":"service_unavailable","message":"at capacity"}""")]
    [InlineData("replicate", """{"title":"Service unavailable","detail":"Please try again.","status":503}""")]
    public async Task A_503_in_the_vendors_own_words_lets_the_next_channel_be_asked(string dialect, string body)
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await TwoChannelsAsync(fake, dialect);
        fake.Faults.Add(TestChannels.Raw(503, body), dialect: dialect);

        using var answer = await gateway.GenerateAsync(new { model = "m", prompt = "x" });

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        answer.Headers.GetValues("x-pictor-channel").ShouldBe(["second"]);
    }

    [Theory]
    [InlineData("relay", """{"data":[],"error":{"message":"user quota is not enough","code":"insufficient_user_quota"}}""", true)]
    [InlineData("chat", """{"error":{"message":"user quota is not enough","code":"insufficient_user_quota"}}""", true)]
    [InlineData("chat", """{"choices":[{"index":0,"message":{"content":"{\"error\":{\"message\":\"gone\",\"code\":\"model_not_found\"}}"}}]}""", false)]
    public async Task What_a_200_says_after_work_began_is_no_refusal(string dialect, string body, bool isRefused)
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await TwoChannelsAsync(fake, dialect);
        fake.Faults.Add(TestChannels.Raw(200, body), dialect: dialect);

        using var answer = await gateway.GenerateAsync(new { model = "m", prompt = "x" });

        answer.StatusCode.ShouldBe(isRefused ? HttpStatusCode.OK : HttpStatusCode.BadGateway, await answer.Content.ReadAsStringAsync());
        fake.Record.Submits.Count.ShouldBe(isRefused ? 2 : 1);
    }

    private static Task<TestGateway> TwoChannelsAsync(FakeUpstream fake, string dialect) => TestGateway.StartAsync(settings:
    [
        .. TestChannels.Of(fake, "first", dialect, Models[dialect], "Priority=0"),
        .. dialect == "bfl" ? TestChannels.Of(fake, "second", "fal", Models["fal"], "Priority=1") : TestChannels.Of(fake, "second", "bfl", Models["bfl"], "Priority=1"),
        "Pictor:Catalog:Prices=m=0.04",
    ]);
}
