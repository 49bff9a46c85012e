using System.Text.Json.Nodes;
using Pictor.Errors;
using Pictor.FakeUpstreams;
using Pictor.Images;
using Pictor.Imaging;
using Pictor.Providers;
using Pictor.Providers.BlackForestLabs;
using Pictor.Upstream;

namespace Pictor.Tests.Providers.BlackForestLabs;

public sealed class BlackForestLabsTests : PollingContract
{

    private protected override string Dialect => "bfl";

    private protected override string Model => "flux-kontext-pro";

    private protected override IReadOnlyList<string> EmptyAnswers => ["fault=empty-object", "pictures=0", "task=no-result"];

    private JsonObject Sent => Record.Submits[^1].Parameters!;

    private protected override IProvider Create(UpstreamClient client) => new BlackForestLabsProvider(Exchanges.Of(client, Bench.Upstream, Clock));

    [Fact]
    public async Task Sends_no_default_that_nobody_gave()
    {
        await DoneAsync("");

        Sent.Select(member => member.Key).ShouldBe(["prompt", "seed", "output_format"], ignoreOrder: true);
    }

    [Fact]
    public async Task Looks_where_it_was_told_and_with_the_credential_at_home()
    {
        await DoneAsync("polls=2");

        Record.At(Stages.Poll).Count.ShouldBe(3);
        Record.At(Stages.Poll).ShouldAllBe(call => call.Path.StartsWith("/bfl/regional/poll?id=", StringComparison.Ordinal) && call.Credential != null);
    }

    [Fact]
    public async Task Looks_at_a_foreign_address_without_the_credential()
    {
        await DoneAsync("polls=2 polling=foreign");

        Record.At(Stages.Poll).Count.ShouldBe(3);
        Record.At(Stages.Poll).ShouldAllBe(call => call.Host == Bench.Fake.OtherAddress.Authority && call.Credential == null);
    }

    [Theory]
    [InlineData("polling=none")]
    [InlineData("polling=http://192.0.2.1/latest/meta-data")]
    [InlineData("polling=file:///etc/passwd")]
    [InlineData("polling=http://user:pass@127.0.0.1/x")]
    public async Task Asks_at_home_where_the_polling_address_leads_nowhere(string directives)
    {
        await DoneAsync(directives);

        Record.At(Stages.Poll).ShouldAllBe(call => call.Path.StartsWith("/bfl/v1/get_result?id=", StringComparison.Ordinal));
        Record.Paid.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Asks_at_home_when_the_foreign_address_is_gone()
    {
        var gone = new Uri(FakeUpstream.ClosedAddress(), "/poll?id=1");

        await DoneAsync($"polling={gone}");
    }

    [Fact]
    public async Task Tells_the_cost_and_the_seed_that_the_vendor_tells()
    {
        var done = await DoneAsync("cost=8");

        done.UpstreamCost.ShouldBe(80_000);
        done.Seed.ShouldBe(42);
    }

    [Theory]
    [InlineData("between=Generating polls=2")]
    [InlineData("between=Reasoning polls=2")]
    [InlineData("between=SomethingNew polls=2")]
    [InlineData("not-found=2")]
    [InlineData("not-found=2 not-found-http=404")]
    public async Task Waits_through_every_state_that_is_no_end(string directives) => await DoneAsync(directives);

    [Fact]
    public async Task Takes_a_missing_path_for_no_word_about_the_task()
    {
        var call = Call("polls=1000");
        var pending = (await Bench.Provider.StartAsync(call, default)).ShouldBeOfType<ProviderOutcome.Pending>();
        for (var i = 0; i < 3; i++)
        {
            Bench.Fake.Faults.Add("status=404 at=poll");
            pending = (await Bench.Provider.CheckAsync(call, pending.Handle, default)).ShouldBeOfType<ProviderOutcome.Pending>();
            Clock.Advance(TimeSpan.FromMinutes(10));
        }
    }

    [Fact]
    public async Task Looks_less_often_the_longer_it_takes()
    {
        var call = Call("polls=1000");
        var pending = (await Bench.Provider.StartAsync(call, default)).ShouldBeOfType<ProviderOutcome.Pending>();
        pending.After.ShouldBe(TimeSpan.FromSeconds(0.5));
        Clock.Advance(TimeSpan.FromSeconds(8));
        (await Bench.Provider.CheckAsync(call, pending.Handle, default)).ShouldBeOfType<ProviderOutcome.Pending>().After.ShouldBe(TimeSpan.FromSeconds(2));
        Clock.Advance(TimeSpan.FromMinutes(8));
        var last = (await Bench.Provider.CheckAsync(call, pending.Handle, default)).ShouldBeOfType<ProviderOutcome.Pending>();

        last.After.ShouldBe(TimeSpan.FromSeconds(5));
        last.Handle.ShouldBe(pending.Handle);
    }

    [Theory]
    [InlineData("task=error", "out of memory")]
    [InlineData("task=failed", "then failed")]
    public async Task Tells_of_a_task_that_failed(string directives, string words)
    {
        var error = await FailedAsync(directives);

        error.Kind.ShouldBe(ErrorKind.UpstreamFailed);
        error.Message.ShouldContain(words);
    }

    [Fact]
    public async Task Tells_input_from_output_when_content_is_refused()
    {
        var input = await FailedAsync("moderation=input");
        var output = await FailedAsync("moderation=output");

        input.Param.ShouldBe("prompt");
        input.Message.ShouldContain("Derivative Works Filter");
        output.Param.ShouldBeNull();
        output.Message.ShouldContain("withheld");
    }

    [Fact]
    public async Task Names_the_parameter_that_the_vendor_names()
    {
        (await FailedAsync("status=422 code=width")).Param.ShouldBe("size");
        (await FailedAsync("status=422 code=aspect_ratio")).Param.ShouldBe("aspect_ratio");
    }

    [Fact]
    public async Task Tells_progress()
    {
        var told = new List<int>();

        await DoneAsync("polls=3", call => call with { Progress = told.Add });

        told.ShouldBe([0, 25, 50]);
    }

    [Fact]
    public async Task Sends_each_reference_in_a_field_of_its_own()
    {
        await DoneAsync("", call => call with { References = [.. Enumerable.Range(0, 4).Select(index => Bench.Reference(red: (byte)(index * 50)))] });

        Sent.Select(member => member.Key).Where(name => name.StartsWith("input_image", StringComparison.Ordinal))
            .ShouldBe(["input_image", "input_image_2", "input_image_3", "input_image_4"]);
    }

    [Fact]
    public async Task Joins_references_side_by_side_where_the_model_takes_one()
    {
        var references = new[] { Bench.Reference(), Bench.Reference(red: 10), Bench.Reference(red: 99) };
        ProviderCall Change(ProviderCall call) => call with { UpstreamModel = "flux-pro-1.1", References = references };

        await DoneAsync("", Change);

        Sent.ContainsKey("image_prompt").ShouldBeTrue();
        Bench.Provider.Adaptations(Change(Call(""))).ShouldHaveSingleItem().Message.ShouldContain("joined side by side");
    }

    [Fact]
    public async Task Takes_a_mask_for_no_model()
    {
        var error = await FailedAsync("", call => call with { References = [Bench.Reference()], Mask = Bench.Reference() });

        error.Kind.ShouldBe(ErrorKind.UpstreamRefused);
        error.Param.ShouldBe("mask");
        Record.Submits.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("flux-pro-1.1", 1424, 800, 1312, 736)]
    [InlineData("flux-pro-1.1", 1568, 672, 1344, 576)]
    [InlineData("flux-2-pro", 1424, 800, 1424, 800)]
    [InlineData("flux-2-klein-9b", 1000, 1000, 1008, 1008)]
    public async Task Fits_pixels_to_what_the_model_draws(string model, int width, int height, int usedWidth, int usedHeight)
    {
        var used = new PixelSize(usedWidth, usedHeight);
        ProviderCall Change(ProviderCall call) => call with { UpstreamModel = model, Request = call.Request with { Size = new PixelSize(width, height), Given = ["size"] } };

        var done = await DoneAsync("", Change);

        var header = await Bench.MeasureAsync(done.Images[0]);
        new PixelSize(header.Width, header.Height).ShouldBe(used);
        Bench.Provider.Adaptations(Change(Call(""))).Any(warning => warning.Param == "size" && warning.Used == used.ToString()).ShouldBe(used != new PixelSize(width, height));
    }

    [Theory]
    [InlineData("flux-kontext-max", 6)]
    [InlineData("flux-2-max", 5)]
    public async Task Fits_the_safety_tolerance_to_the_model(string model, int used)
    {
        ProviderCall Change(ProviderCall call) => call with { UpstreamModel = model, Request = call.Request with { SafetyTolerance = 6, Given = ["safety_tolerance"] } };

        await DoneAsync("", Change);

        ((int)Sent["safety_tolerance"]!).ShouldBe(used);
        Bench.Provider.Adaptations(Change(Call(""))).Count.ShouldBe(used == 6 ? 0 : 1);
    }

    [Fact]
    public async Task Says_what_flex_would_otherwise_decide_by_itself()
    {
        await DoneAsync("", call => call with { UpstreamModel = "flux-2-flex" });

        ((bool)Sent["prompt_upsampling"]!).ShouldBeFalse();
    }

    [Fact]
    public async Task Keeps_a_ratio_inside_the_range()
    {
        await DoneAsync("", call => call with { Request = call.Request with { AspectRatio = new AspectRatio(3, 1), Size = new PixelSize(1568, 672), Given = ["aspect_ratio"] } });

        ((string)Sent["aspect_ratio"]!).ShouldBe("7:3");
    }

    [Fact]
    public async Task Calls_a_model_nobody_knows_as_it_is_written()
    {
        await DoneAsync("", call => call with { UpstreamModel = "flux-2-next" });

        Record.Submits[^1].Path.ShouldBe("/bfl/v1/flux-2-next");
    }

    [Fact]
    public async Task Cannot_go_on_from_a_handle_that_is_none() =>
        (await Bench.Provider.CheckAsync(Call(""), "no handle", default)).ShouldBeOfType<ProviderOutcome.Failed>().Error.Kind.ShouldBe(ErrorKind.UpstreamOutcomeUnknown);

    [Theory]
    [InlineData("inline=small")]
    [InlineData("inline=big polls=1")]
    public async Task Reads_a_picture_that_is_written_into_the_answer(string directives)
    {
        var image = (await DoneAsync(directives)).Images.ShouldHaveSingleItem();

        image.File.ShouldNotBeNull();
        (await Bench.MeasureAsync(image)).Format.ShouldBe(PictureFormat.Png);
    }

    [Fact]
    public async Task Tests_address_and_credential_without_paying()
    {
        var channel = Call("").Channel;

        (await Bench.Provider.TestAsync(channel, default)).ShouldBeNull();
        (await Bench.Provider.TestAsync(channel with { Credential = new Credential("wrong-credential-9") }, default))!.Kind.ShouldBe(ErrorKind.UpstreamCredential);
        (await Bench.Provider.TestAsync(channel with { BaseUrl = FakeUpstream.ClosedAddress() }, default))!.Kind.ShouldBe(ErrorKind.UpstreamUnreachable);
        (await Bench.Provider.TestAsync(channel with { BaseUrl = new Uri(Bench.Fake.Address, "/nowhere") }, default))!.Kind.ShouldBe(ErrorKind.UpstreamUnreachable);
        Record.Submits.ShouldBeEmpty();
    }
}
