using Pictor.Errors;
using Pictor.Images;
using Pictor.Imaging;
using Pictor.Providers;
using Pictor.Providers.OpenAI;
using Pictor.Upstream;

namespace Pictor.Tests.Providers.OpenAI;

/// <summary>OpenAI itself.</summary>
public sealed class OpenAITests : ProviderContract
{
    private protected override string Dialect => "openai";

    private protected override string BasePath => "/v1";

    private protected override string Model => "gpt-image-1";

    private protected override int MaxPerCall => 4;

    private protected override string ModerationCode => "moderation_blocked";

    private protected override IReadOnlyList<string> EmptyAnswers =>
        ["fault=empty-object", "shape=empty-data", "shape=null-data", "shape=no-data", "shape=both-empty", "shape=garbage", "shape=error", "shape=code", "pictures=0"];

    private protected override IProvider Create(UpstreamClient client) => ForBench(client, Bench);

    internal static IProvider ForBench(UpstreamClient client, ProviderBench bench) =>
        new OpenAIProvider(client, Exchanges.Of(client, bench.Upstream, TimeProvider.System), Microsoft.Extensions.Options.Options.Create(bench.Upstream), TimeProvider.System);

    [Theory]
    [InlineData("gpt-image-2")]
    [InlineData("gpt-image-1.5")]
    [InlineData("gpt-image-1-mini")]
    [InlineData("gpt-image-2-2026-04-21")]
    [InlineData("dall-e-3")]
    [InlineData("dall-e-2")]
    public async Task Speaks_the_way_of_each_model(string model)
    {
        var done = await DoneAsync("", call => call with { UpstreamModel = model });

        (await Bench.MeasureAsync(done.Images.Single())).Width.ShouldBe(1024);
    }

    [Fact]
    public async Task A_paid_picture_that_the_disk_does_not_take_is_not_asked_for_again()
    {
        var file = Path.Combine(Bench.NewFolder(), "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        var outcome = await Bench.RunAsync(Call("") with { WorkFolder = Path.Combine(file, "below") }, TestContext.Current.CancellationToken);

        outcome.ShouldBeOfType<ProviderOutcome.Failed>().Error.Kind.ShouldBe(ErrorKind.UpstreamUnreadable);
        Record.Paid.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("gpt-image-2", "1000x500", "1008x656")]
    [InlineData("gpt-image-1", "1408x800", "1536x1024")]
    [InlineData("dall-e-3", "1408x800", "1792x1024")]
    [InlineData("dall-e-2", "500x500", "512x512")]
    public async Task Fits_the_size_and_says_so(string model, string wanted, string used)
    {
        PixelSize.TryParse(wanted, out var size).ShouldBeTrue();
        ProviderCall call = null!;
        await DoneAsync("", plain => call = plain with { UpstreamModel = model, Request = plain.Request with { Size = size, Given = ["size"] } });

        var sent = Record.Submits.Single().Parameters!["size"]!.ToString();
        Bench.Provider.Adaptations(call).ShouldHaveSingleItem().Used.ShouldBe(sent);
        if (model != "gpt-image-2")
        {
            sent.ShouldBe(used);
        }
    }

    [Fact]
    public async Task Sends_references_and_mask_as_files()
    {
        var done = await DoneAsync("", call => call with
        {
            References = [Bench.Reference(), Bench.Reference(red: 20)],
            Mask = Bench.Reference(red: 90),
            Request = call.Request with { InputFidelity = "high", Given = ["input_fidelity"], References = [new ReferenceImage("image", null, "input")] },
        });

        done.Images.Count.ShouldBe(1);
        var submit = Record.Submits.Single();
        submit.Path.ShouldBe("/openai/v1/images/edits");
        submit.Parameters!["image[]"]!.AsArray().Count.ShouldBe(2);
        submit.Parameters["mask"]!.AsArray().Count.ShouldBe(1);
        submit.Parameters["input_fidelity"]!.ToString().ShouldBe("high");
    }

    [Fact]
    public async Task Joins_what_is_too_many_for_the_model()
    {
        ProviderCall call = null!;
        await DoneAsync("", plain => call = plain with { UpstreamModel = "dall-e-2", References = [Bench.Reference(), Bench.Reference()] });

        Record.Submits.Single().Parameters!["image"]!.AsArray().Count.ShouldBe(1);
        Bench.Provider.Adaptations(call).ShouldContain(warning => warning.Message.Contains("side by side", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sends_nothing_when_the_model_takes_no_reference()
    {
        var error = await FailedAsync("", call => call with { UpstreamModel = "dall-e-3", References = [Bench.Reference()] });

        error.Kind.ShouldBe(ErrorKind.UpstreamRefused);
        Record.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Keeps_usage()
    {
        var done = await DoneAsync("");

        done.Usage.ShouldBe(new ImageUsage(10, 40, 1056));
    }

    [Fact]
    public async Task Keeps_the_revised_prompt()
    {
        var done = await DoneAsync("", call => call with { UpstreamModel = "dall-e-3" });

        done.Images.Single().RevisedPrompt.ShouldBe("A tall lighthouse at dusk");
    }

    [Fact]
    public async Task Shows_unfinished_pictures_as_they_come()
    {
        var partials = new List<PartialImage>();
        var done = await DoneAsync("", call => call with { PartialImages = 2, Partial = partials.Add });

        partials.Select(partial => partial.Index).ShouldBe([0, 1]);
        partials.ShouldAllBe(partial => PictureProbe.Read(partial.File, PictureLimits.Default).Width == 512);
        (await Bench.MeasureAsync(done.Images.Single())).Width.ShouldBe(1024);
        done.Usage!.OutputTokens.ShouldBe(1056);
    }

    [Fact]
    public async Task Streams_several_pictures_and_counts_their_tokens_together()
    {
        var partials = new List<PartialImage>();
        var done = await DoneAsync("", call => call with { Count = 2, PartialImages = 1, Partial = partials.Add });

        done.Images.Count.ShouldBe(2);
        partials.Select(partial => partial.Position).ShouldBe([0, 1]);
        done.Usage!.OutputTokens.ShouldBe(2112);
    }

    [Theory]
    [InlineData("stream=error", nameof(ErrorKind.UpstreamFailed))]
    [InlineData("stream=unfinished", nameof(ErrorKind.UpstreamUnreadable))]
    public async Task Knows_a_stream_without_an_end(string directives, string kind)
    {
        var error = await FailedAsync(directives, call => call with { PartialImages = 1, Partial = _ => { } });

        error.Kind.ToString().ShouldBe(kind);
    }

    [Fact]
    public async Task Does_not_know_what_became_of_a_stream_that_was_cut()
    {
        var error = await FailedAsync("fault=reset-in-body", call => call with { PartialImages = 3, Partial = _ => { } });

        error.Kind.ShouldBe(ErrorKind.UpstreamOutcomeUnknown);
    }

    [Fact]
    public async Task Knows_an_empty_account_from_a_rate_limit() =>
        (await FailedAsync("status=429 code=insufficient_quota")).Kind.ShouldBe(ErrorKind.UpstreamCredit);

    [Fact]
    public async Task Names_the_parameter_that_the_vendor_refuses()
    {
        var error = await FailedAsync("", call => call with { Request = call.Request with { Quality = "xhigh", Given = ["quality"] } });

        error.Kind.ShouldBe(ErrorKind.UpstreamRefused);
        error.Param.ShouldBe("quality");
        error.Message.ShouldContain("xhigh");
    }

    [Fact]
    public async Task Delivers_fewer_pictures_than_were_asked_for()
    {
        var done = await DoneAsync("pictures=2", call => call with { Count = 4 });

        done.Images.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Leaves_no_file_where_it_has_no_picture()
    {
        var folder = Bench.NewFolder();
        await FailedAsync("fault=reset-in-body", call => call with { WorkFolder = folder });

        Directory.GetFiles(folder).ShouldBeEmpty();
    }
}
