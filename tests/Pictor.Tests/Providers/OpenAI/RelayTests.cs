using System.Text.Json;
using Pictor.Errors;
using Pictor.Images;
using Pictor.Providers;
using Pictor.Tests.Routing;
using Pictor.Upstream;

namespace Pictor.Tests.Providers.OpenAI;

/// <summary>A compatible relay.</summary>
public sealed class RelayTests : ProviderContract
{
    private protected override string Dialect => "relay";

    private protected override string BasePath => "/v1";

    private protected override string Model => "flux-kontext-pro";

    private protected override IReadOnlyDictionary<string, string> Options { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Dialect"] = "relay" };

    private protected override IReadOnlyList<string> EmptyAnswers =>
        ["fault=empty-object", "shape=empty-data", "shape=null-data", "shape=no-data", "shape=both-empty", "shape=garbage", "shape=error", "shape=code"];

    private protected override IProvider Create(UpstreamClient client) => OpenAITests.ForBench(client, Bench);

    [Theory]
    [InlineData("url")]
    [InlineData("b64")]
    [InlineData("b64-data-uri")]
    [InlineData("url-data-uri")]
    [InlineData("b64-empty-url")]
    [InlineData("url-empty-b64")]
    [InlineData("half-character")]
    [InlineData("stream")]
    [InlineData("b64 content-type=text/event-stream")]
    [InlineData("url content-type=none")]
    public async Task Reads_every_shape_of_an_answer(string shape)
    {
        var done = await DoneAsync("shape=" + shape);

        (await Bench.MeasureAsync(done.Images.ShouldHaveSingleItem())).Width.ShouldBe(1024);
    }

    [Fact]
    public async Task Passes_what_was_given_and_nothing_else()
    {
        await DoneAsync("", call => call with
        {
            Seed = 4294967295,
            Request = call.Request with
            {
                Seed = 4294967295,
                AspectRatio = new AspectRatio(16, 9),
                SafetyTolerance = 6,
                Given = ["aspect_ratio", "seed", "safety_tolerance"],
                Extra = new Dictionary<string, JsonElement>
                {
                    ["controls"] = JsonSerializer.SerializeToElement(new { steps = 20 }),
                    ["webhook_url"] = JsonSerializer.SerializeToElement("http://example.test"),
                    ["webhook_secret"] = JsonSerializer.SerializeToElement("secret"),
                    ["async"] = JsonSerializer.SerializeToElement(true),
                    ["url_expires_in"] = JsonSerializer.SerializeToElement(60),
                },
            },
        });

        Record.Submits.Single().Parameters!.ToJsonString().ShouldBe(
            """{"model":"flux-kontext-pro","prompt":"a lighthouse","aspect_ratio":"16:9","seed":4294967295,"safety_tolerance":6,"controls":{"steps":20}}""");
    }

    [Fact]
    public async Task Puts_links_at_the_head_of_the_prompt()
    {
        await DoneAsync("", call => call with { References = [Bench.Reference(link: "https://example.test/1.png"), Bench.Reference(link: "https://example.test/2.png")] });

        var submit = Record.Submits.Single();
        submit.Path.ShouldBe("/relay/v1/images/generations");
        submit.Prompt.ShouldBe("https://example.test/1.png https://example.test/2.png a lighthouse");
    }

    [Fact]
    public async Task Sends_files_where_there_are_no_links()
    {
        await DoneAsync("", call => call with { References = [Bench.Reference(link: "https://example.test/1.png"), Bench.Reference()] });

        Record.Submits.Single().Path.ShouldBe("/relay/v1/images/edits");
    }

    [Fact]
    public async Task Sends_data_URIs_where_the_channel_says_so()
    {
        var options = new Dictionary<string, string>(Options, StringComparer.OrdinalIgnoreCase) { ["References"] = "image" };
        await DoneAsync("", call => call with { Channel = call.Channel with { Options = options }, References = [Bench.Reference()] });

        Record.Submits.Single().Parameters!["image"]![0]!.ToString().ShouldStartWith("data:image/png;base64,iVBOR");
    }

    [Fact]
    public async Task Sends_once_again_without_a_quality_that_was_refused()
    {
        var done = await DoneAsync("refuse=quality", call => Given(call, "quality"));

        done.Warnings.ShouldHaveSingleItem().Param.ShouldBe("quality");
        Record.Submits.Count.ShouldBe(2);
        Record.Paid.ShouldHaveSingleItem().Parameters!.ContainsKey("quality").ShouldBeFalse();
    }

    [Fact]
    public async Task Sends_nothing_again_when_something_else_was_refused()
    {
        (await FailedAsync("refuse=seed", call => Given(call, "seed"))).Kind.ShouldBe(ErrorKind.UpstreamRefused);
        Record.Submits.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Shows_what_a_relay_says_in_a_200()
    {
        var error = await FailedAsync("shape=error");

        error.Kind.ShouldBe(ErrorKind.UpstreamFailed);
        error.Message.ShouldContain("saturated");
    }

    [Theory]
    [InlineData(500)]
    [InlineData(403)]
    public async Task Knows_the_relays_own_word_for_moderation(int status) =>
        (await FailedAsync(TestChannels.Raw(status, """{"error":{"message":"user sensitive words detected","type":"new_api_error","param":"","code":"sensitive_words_detected"}}"""))).Kind.ShouldBe(ErrorKind.Moderated);

    [Fact]
    public void Is_asked_unjudged() => Bench.Provider.PassesUnjudged(Call("").Channel).ShouldBeTrue();
}
