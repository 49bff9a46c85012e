using System.Text.Json.Nodes;
using Pictor.Errors;
using Pictor.FakeUpstreams;
using Pictor.Images;
using Pictor.Imaging;
using Pictor.Providers;
using Pictor.Providers.Replicate;
using Pictor.Upstream;

namespace Pictor.Tests.Providers.Replicate;

public sealed class ReplicateTests : PollingContract
{

    private protected override string Dialect => "replicate";

    private protected override string Model => "black-forest-labs/flux-kontext-pro";

    private protected override IReadOnlyList<string> EmptyAnswers => ["fault=empty-object", "pictures=0", "task=removed"];

    private ReferencePicture Large => field ??= Bench.Noise(1024 * 1024);

    private JsonObject Sent => (JsonObject)Record.Submits[^1].Parameters!["input"]!;

    private protected override IProvider Create(UpstreamClient client) => new ReplicateProvider(Exchanges.Of(client, Bench.Upstream, Clock));

    [Fact]
    public async Task Asks_for_a_square_where_nobody_named_a_shape()
    {
        await DoneAsync("");

        Sent.Select(member => member.Key).ShouldBe(["prompt", "seed", "output_format", "aspect_ratio"], ignoreOrder: true);
        ((string)Sent["aspect_ratio"]!).ShouldBe("1:1");
    }

    [Fact]
    public async Task Follows_the_picture_where_nobody_named_a_shape()
    {
        await DoneAsync("", call => call with { References = [Bench.Reference()] });

        Sent.ContainsKey("aspect_ratio").ShouldBeFalse();
    }

    [Fact]
    public async Task Is_done_at_once_when_the_vendor_held_the_answer_until_the_end()
    {
        await DoneAsync("");

        Record.At(Stages.Poll).ShouldBeEmpty();
    }

    [Fact]
    public async Task Uploads_a_large_picture_before_it_asks()
    {
        await DoneAsync("", call => call with { References = [Large] });

        var upload = Record.At(Stages.Upload).ShouldHaveSingleItem();
        upload.Credential.ShouldBe("Authorization: Bearer " + FakeOptions.UsualCredential);
        var file = upload.Parameters!["content"]![0]!;
        ((long)file["bytes"]!).ShouldBe(Large.Bytes);
        ((string)file["type"]!).ShouldBe("image/png");
        ((string)Sent["input_image"]!).ShouldBe(new Uri(Bench.Fake.Address, $"/replicate/v1/files/file-{Large.Bytes}").AbsoluteUri);
        Record.Paid.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Sends_a_small_picture_along()
    {
        await DoneAsync("", call => call with { References = [Bench.Reference()] });

        Record.At(Stages.Upload).ShouldBeEmpty();
        ((string)Sent["input_image"]!).ShouldStartWith("data:image/png;base64,");
    }

    [Theory]
    [InlineData("status=404")]
    [InlineData("status=413")]
    [InlineData("fault=empty-object")]
    [InlineData("fault=html")]
    public async Task Sends_a_large_picture_along_where_it_cannot_be_uploaded(string directives)
    {
        Bench.Fake.Faults.Add(directives + " at=upload");

        await DoneAsync("", call => call with { References = [Large] });

        ((string)Sent["input_image"]!).ShouldStartWith("data:image/png;base64,");
    }

    [Theory]
    [InlineData("status=500", nameof(ErrorKind.UpstreamUnreachable))]
    [InlineData("status=503 body=html", nameof(ErrorKind.UpstreamUnreachable))]
    [InlineData("fault=reset-after-body", nameof(ErrorKind.UpstreamUnreachable))]
    [InlineData("fault=silence", nameof(ErrorKind.UpstreamUnreachable))]
    [InlineData("status=401", nameof(ErrorKind.UpstreamCredential))]
    [InlineData("status=402", nameof(ErrorKind.UpstreamCredit))]
    [InlineData("status=429", nameof(ErrorKind.UpstreamRateLimited))]
    public async Task Has_asked_for_nothing_when_an_upload_fails(string directives, string kind)
    {
        Bench.Upstream.CallTimeout = directives == "fault=silence" ? TimeSpan.FromSeconds(2) : Bench.Upstream.CallTimeout;
        Bench.Fake.Faults.Add(directives + " at=upload");

        (await FailedAsync("", call => call with { References = [Large] })).Kind.ToString().ShouldBe(kind);

        Record.Submits.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("0")]
    [InlineData("60")]
    public async Task Asks_to_hold_the_answer_as_long_as_the_channel_says(string wait)
    {
        await DoneAsync("", call => call with { Channel = call.Channel with { Options = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["wait"] = wait } } });

        Record.At(Stages.Poll).Count.ShouldBe(wait == "0" ? 1 : 0);
    }

    [Theory]
    [InlineData("61")]
    [InlineData("-1")]
    [InlineData("soon")]
    public void Finds_a_mistake_in_the_channels_settings(string wait)
    {
        var channel = Call("").Channel with { Options = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Wait"] = wait } };

        Bench.Provider.Mistakes(channel).ShouldHaveSingleItem().ShouldContain(wait);
        Bench.Provider.Mistakes(Call("").Channel).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("flux-kontext-pro", "/replicate/v1/models/black-forest-labs/flux-kontext-pro/predictions")]
    [InlineData("flux-pro-1.1", "/replicate/v1/models/black-forest-labs/flux-1.1-pro/predictions")]
    [InlineData("black-forest-labs/flux-2-pro", "/replicate/v1/models/black-forest-labs/flux-2-pro/predictions")]
    [InlineData("black-forest-labs/flux-kontext-max:0123", "/replicate/v1/predictions")]
    public async Task Finds_the_place_of_a_model(string model, string path)
    {
        await DoneAsync("", call => call with { UpstreamModel = model });

        Record.Submits.ShouldHaveSingleItem().Path.ShouldBe(path);
    }

    [Theory]
    [InlineData("output=array")]
    [InlineData("output=objects")]
    [InlineData("polls=2 output=array")]
    public async Task Reads_every_form_of_output(string directives) => (await DoneAsync(directives)).Images.ShouldHaveSingleItem().Link.ShouldNotBeNull();

    [Fact]
    public async Task Looks_at_a_foreign_address_without_the_credential()
    {
        await DoneAsync("polls=2 get=foreign");

        Record.At(Stages.Poll).Count.ShouldBe(3);
        Record.At(Stages.Poll).ShouldAllBe(call => call.Host == Bench.Fake.OtherAddress.Authority && call.Credential == null);
    }

    [Theory]
    [InlineData("get=none")]
    [InlineData("get=http://192.0.2.1/latest")]
    [InlineData("get=file:///etc/passwd")]
    public async Task Asks_at_home_where_the_answers_address_leads_nowhere(string directives)
    {
        await DoneAsync(directives + " polls=1");

        Record.At(Stages.Poll).ShouldAllBe(call => call.Path.StartsWith("/replicate/v1/predictions/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("task=error", "unexpected error")]
    [InlineData("task=canceled", "without a picture")]
    [InlineData("task=aborted", "without a picture")]
    [InlineData("task=error polls=1", "unexpected error")]
    public async Task Tells_of_a_prediction_that_failed(string directives, string words)
    {
        var error = await FailedAsync(directives);

        error.Kind.ShouldBe(ErrorKind.UpstreamFailed);
        error.Message.ShouldContain(words);
    }

    [Fact]
    public async Task Says_that_a_result_was_removed() => (await FailedAsync("task=removed")).Message.ShouldContain("already removed");

    [Fact]
    public async Task Waits_as_long_as_the_text_says_where_no_header_does() => (await FailedAsync("status=429")).RetryAfter.ShouldBe(TimeSpan.FromSeconds(30));

    [Fact]
    public async Task Names_the_parameter_that_the_vendor_names() => (await FailedAsync("status=422 code=aspect_ratio")).Param.ShouldBe("aspect_ratio");

    [Fact]
    public async Task Tells_progress_out_of_the_logs()
    {
        var told = new List<int>();

        await DoneAsync("polls=3", call => call with { Progress = told.Add });

        told.ShouldBe([20, 40]);
    }

    [Fact]
    public async Task Joins_references_side_by_side_for_a_model_that_takes_one()
    {
        var references = new[] { Bench.Reference(), Bench.Reference(red: 10) };
        ProviderCall Change(ProviderCall call) => call with { References = references };

        await DoneAsync("", Change);

        ((string)Sent["input_image"]!).ShouldStartWith("data:image/jpeg;base64,");
        Bench.Provider.Adaptations(Change(Call(""))).ShouldHaveSingleItem().Message.ShouldContain("joined side by side");
    }

    [Theory]
    [InlineData("flux-kontext-pro", false, 6, 6)]
    [InlineData("flux-kontext-pro", true, 6, 2)]
    [InlineData("flux-pro-1.1", false, 0, 1)]
    public async Task Fits_the_safety_tolerance_to_the_model(string model, bool hasPicture, int asked, int used)
    {
        var references = hasPicture ? new[] { Bench.Reference() } : [];
        ProviderCall Change(ProviderCall call) => call with { UpstreamModel = model, References = references, Request = call.Request with { SafetyTolerance = asked, Given = ["safety_tolerance"] } };

        await DoneAsync("", Change);

        ((int)Sent["safety_tolerance"]!).ShouldBe(used);
        Bench.Provider.Adaptations(Change(Call(""))).Count.ShouldBe(asked == used ? 0 : 1);
    }

    [Fact]
    public async Task Asks_1_1_pro_for_pixels()
    {
        await DoneAsync("", call => call with { UpstreamModel = "flux-pro-1.1", Request = call.Request with { Size = new PixelSize(1344, 768), Given = ["size"] } });

        ((string)Sent["aspect_ratio"]!).ShouldBe("custom");
        ((int)Sent["width"]!).ShouldBe(1344);
    }

    [Theory]
    [InlineData("polls=9", true)]
    [InlineData("polls=9 cancel=late", false)]
    public async Task Calls_a_prediction_cancelled_only_when_the_vendor_does(string directives, bool isCancelled)
    {
        var call = Call(directives);
        var pending = (await Bench.Provider.StartAsync(call, default)).ShouldBeOfType<ProviderOutcome.Pending>();

        (await Bench.Provider.CancelAsync(call, pending.Handle, default)).ShouldBe(isCancelled);
    }

    [Fact]
    public async Task Reads_an_answer_that_brings_the_pictures_back()
    {
        await DoneAsync("echo=big", call => call with { References = [Bench.Reference(900, 700)] });
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
