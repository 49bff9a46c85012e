using System.Text.Json.Nodes;
using Pictor.Errors;
using Pictor.FakeUpstreams;
using Pictor.Images;
using Pictor.Imaging;
using Pictor.Providers;
using Pictor.Providers.Fal;
using Pictor.Tests.Routing;
using Pictor.Upstream;

namespace Pictor.Tests.Providers.Fal;

public sealed class FalTests : PollingContract
{

    private protected override string Dialect => "fal";

    private protected override string Model => "fal-ai/flux-pro/kontext";

    private protected override int MaxPerCall => 4;

    private protected override IReadOnlyList<string> EmptyAnswers => ["fault=empty-object", "pictures=0", "fault=empty-object at=result"];

    private JsonObject Sent => Record.Submits[^1].Parameters!;

    private protected override IProvider Create(UpstreamClient client) => new FalProvider(Exchanges.Of(client, Bench.Upstream, Clock));

    [Fact]
    public async Task Sends_no_default_that_nobody_gave()
    {
        await DoneAsync("");

        Sent.Select(member => member.Key).ShouldBe(["prompt", "seed", "output_format"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("fal-ai/flux-pro/kontext", 0, "fal-ai/flux-pro/kontext/text-to-image")]
    [InlineData("fal-ai/flux-pro/kontext", 1, "fal-ai/flux-pro/kontext")]
    [InlineData("fal-ai/flux-pro/kontext", 3, "fal-ai/flux-pro/kontext/multi")]
    [InlineData("fal-ai/flux-pro/kontext/multi", 1, "fal-ai/flux-pro/kontext")]
    [InlineData("fal-ai/flux-pro/kontext/max", 0, "fal-ai/flux-pro/kontext/max/text-to-image")]
    [InlineData("fal-ai/flux-pro/kontext/max", 1, "fal-ai/flux-pro/kontext/max")]
    [InlineData("flux-kontext-max", 2, "fal-ai/flux-pro/kontext/max/multi")]
    [InlineData("flux-pro-1.1", 0, "fal-ai/flux-pro/v1.1")]
    [InlineData("flux-pro-1.1-ultra", 1, "fal-ai/flux-pro/v1.1-ultra")]
    [InlineData("flux-2-pro", 0, "fal-ai/flux-2-pro")]
    [InlineData("flux-2-pro", 2, "fal-ai/flux-2-pro/edit")]
    public async Task Chooses_the_endpoint_by_the_number_of_references(string model, int references, string endpoint)
    {
        await DoneAsync("polls=1", call => call with { UpstreamModel = model, References = [.. Enumerable.Range(0, references).Select(_ => Bench.Reference())] });

        Record.Submits.ShouldHaveSingleItem().Path.ShouldBe("/fal/" + endpoint);
        var application = string.Join('/', endpoint.Split('/').Take(2));
        Record.At(Stages.Poll).ShouldAllBe(call => call.Path.StartsWith($"/fal/{application}/requests/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("urls=none")]
    [InlineData("urls=foreign")]
    public async Task Puts_the_addresses_together_where_the_answers_own_are_not_to_be_trusted(string directives)
    {
        await DoneAsync(directives + " polls=1");

        Record.Calls.ShouldAllBe(call => call.Host == Bench.Fake.Address.Authority);
    }

    [Theory]
    [InlineData("5:4", 1280, 1024, "4:3")]
    [InlineData("16:9", 1424, 800, "16:9")]
    [InlineData("7:3", 1568, 672, "21:9")]
    [InlineData("1:2", 720, 1456, "9:16")]
    public async Task Takes_the_nearest_ratio_of_nine(string asked, int width, int height, string used)
    {
        AspectRatio.TryParse(asked, out var ratio).ShouldBeTrue();
        ProviderCall Change(ProviderCall call) => call with { Request = call.Request with { AspectRatio = ratio, Size = new PixelSize(width, height), Given = ["aspect_ratio"] } };

        await DoneAsync("", Change);

        ((string)Sent["aspect_ratio"]!).ShouldBe(used);
        Bench.Provider.Adaptations(Change(Call(""))).Count.ShouldBe(asked is "16:9" or "7:3" ? 0 : 1);
    }

    [Theory]
    [InlineData("flux-kontext-pro", 0, "1", true)]
    [InlineData("flux-kontext-pro", 6, "6", false)]
    [InlineData("flux-2-max", 6, "5", true)]
    public async Task Writes_the_safety_tolerance_as_the_text_it_takes(string model, int asked, string used, bool isTold)
    {
        ProviderCall Change(ProviderCall call) => call with { UpstreamModel = model, Request = call.Request with { SafetyTolerance = asked, Given = ["safety_tolerance"] } };

        await DoneAsync("", Change);

        ((string)Sent["safety_tolerance"]!).ShouldBe(used);
        Bench.Provider.Adaptations(Change(Call(""))).Count.ShouldBe(isTold ? 1 : 0);
    }

    [Theory]
    [InlineData("task=error", nameof(ErrorKind.UpstreamFailed), "The runner failed")]
    [InlineData("task=error detail=string", nameof(ErrorKind.UpstreamFailed), "in the runner")]
    [InlineData("task=invalid", nameof(ErrorKind.UpstreamRefused), "too small")]
    [InlineData("task=invalid detail=string", nameof(ErrorKind.UpstreamRefused), "too small")]
    public async Task Reads_a_failure_behind_completed(string directives, string kind, string words)
    {
        var error = await FailedAsync(directives);

        error.Kind.ToString().ShouldBe(kind);
        error.Message.ShouldContain(words);
    }

    [Fact]
    public async Task Names_the_parameter_that_the_vendor_names() => (await FailedAsync("task=invalid")).Param.ShouldBe("input_image");

    [Theory]
    [InlineData("status=500")]
    [InlineData("status=502 body=html")]
    [InlineData("status=503")]
    [InlineData("status=429")]
    [InlineData("status=404")]
    [InlineData("fault=reset-in-body")]
    [InlineData("fault=truncated-json")]
    [InlineData("fault=html")]
    public async Task Takes_no_fault_of_the_results_fetch_for_final(string directives)
    {
        Bench.Fake.Faults.Add(directives + " at=result", next: 3);

        await DoneAsync("");

        Record.At(Stages.Result).Count.ShouldBe(4);
        Record.Paid.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(503, """{"error":"Service Unavailable"}""")]
    [InlineData(500, """{"code":"upstream_error","message":"try again"}""")]
    [InlineData(502, """{"detail":"Bad Gateway"}""")]
    [InlineData(400, """{"message":"Bad Request"}""")]
    [InlineData(409, """{"error":{"message":"conflict","code":"conflict"}}""")]
    public async Task Takes_no_proxys_words_for_the_results_own(int status, string body)
    {
        Bench.Fake.Faults.Add(TestChannels.Raw(status, body) + " at=result");

        await DoneAsync("");

        Record.At(Stages.Result).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Takes_no_proxys_404_for_a_request_that_is_gone()
    {
        Bench.Fake.Faults.Add(TestChannels.Raw(404, """{"message":"no route"}""") + " at=poll");

        await DoneAsync("");

        Bench.Handles.ShouldAllBe(handle => !handle.Contains("missing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Gives_the_pictures_that_were_not_withheld_and_tells_of_the_others()
    {
        var done = await DoneAsync("nsfw=1", call => call with { Count = 3, Request = call.Request with { N = 3 } });

        done.Images.Count.ShouldBe(2);
        done.Warnings.ShouldHaveSingleItem().Message.ShouldContain("withheld 1 of 3");
    }

    [Fact]
    public async Task Says_that_the_balance_is_exhausted() => (await FailedAsync("status=403 code=Exhausted_balance")).Kind.ShouldBe(ErrorKind.UpstreamCredit);

    [Theory]
    [InlineData("task=cancelled", true)]
    [InlineData("polls=9", false)]
    [InlineData("cancel=late", false)]
    public async Task Calls_a_request_cancelled_only_when_it_has_ended_without_a_result(string directives, bool isCancelled)
    {
        var call = Call(directives);
        var pending = (await Bench.Provider.StartAsync(call, default)).ShouldBeOfType<ProviderOutcome.Pending>();

        var cancelling = Bench.Provider.CancelAsync(call, pending.Handle, default).AsTask();
        await Eventually.TrueAsync(() =>
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            return cancelling.IsCompleted;
        });

        (await cancelling).ShouldBe(isCancelled);
        Record.At(Stages.Cancel).Count.ShouldBe(1);
    }

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
