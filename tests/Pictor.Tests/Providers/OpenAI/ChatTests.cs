using Pictor.Errors;
using Pictor.Providers;
using Pictor.Upstream;

namespace Pictor.Tests.Providers.OpenAI;

/// <summary>A relay that makes pictures in streamed chats only.</summary>
public sealed class ChatTests : ProviderContract
{
    private protected override string Dialect => "chat";

    private protected override string BasePath => "/v1";

    private protected override string Model => "flux-kontext-pro";

    private protected override IReadOnlyDictionary<string, string> Options { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Dialect"] = "chat" };

    private protected override IReadOnlyList<string> EmptyAnswers => ["fault=empty-object", "chat=silent", "chat=prose", "chat=error"];

    private protected override IProvider Create(UpstreamClient client) => OpenAITests.ForBench(client, Bench);

    [Theory]
    [InlineData("markdown")]
    [InlineData("data-uri")]
    [InlineData("split-data-uri")]
    [InlineData("split-character")]
    [InlineData("html")]
    [InlineData("bare")]
    [InlineData("images")]
    [InlineData("markdown done=none")]
    public async Task Finds_the_picture_however_it_is_shown(string chat)
    {
        var done = await DoneAsync("chat=" + chat);

        (await Bench.MeasureAsync(done.Images.ShouldHaveSingleItem())).Width.ShouldBe(1024);
    }

    [Fact]
    public async Task Shows_references_as_parts()
    {
        await DoneAsync("", call => call with { References = [Bench.Reference()] });

        Record.Submits.Single().Parameters!["messages"]![0]!["content"]![1]!["image_url"]!["url"]!.ToString().ShouldStartWith("data:image/png;base64,iVBOR");
    }

    [Fact]
    public async Task Shows_references_as_links_where_the_channel_says_so()
    {
        var options = new Dictionary<string, string>(Options, StringComparer.OrdinalIgnoreCase) { ["References"] = "prompt" };
        var done = await DoneAsync("chat=bare", call => call with { Channel = call.Channel with { Options = options }, References = [Bench.Reference(link: "https://example.test/in.png")] });

        Record.Submits.Single().Prompt.ShouldStartWith("https://example.test/in.png a lighthouse");
        done.Images.ShouldHaveSingleItem().Link!.Port.ShouldBe(Bench.Fake.OtherAddress.Port);
    }

    [Fact]
    public async Task Tells_why_there_is_no_picture()
    {
        var error = await FailedAsync("chat=prose");

        error.Kind.ShouldBe(ErrorKind.UpstreamFailed);
        error.Message.ShouldContain("the upstream is busy");
        error.Message.ShouldNotContain("fal-ai/flux-pro");
    }
}
