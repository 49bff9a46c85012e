using Pictor.Errors;
using Pictor.FakeUpstreams;
using Pictor.Images;
using Pictor.Providers;

namespace Pictor.Tests.Providers;

/// <summary>What every provider is held to, against a fake of its vendor: what works, and what is refused.</summary>
public abstract class ProviderContract : BrokenUpstreamContract
{
    // What works.

    [Fact]
    public async Task Delivers_a_picture_of_the_size_that_was_asked_for()
    {
        var done = await DoneAsync("");

        var header = await Bench.MeasureAsync(done.Images.ShouldHaveSingleItem());
        if (ChecksSize)
        {
            new PixelSize(header.Width, header.Height).ShouldBe(Call("").Request.Size!.Value);
        }

        Record.Paid.ShouldHaveSingleItem().Pictures.ShouldBe(1);
    }

    [Fact]
    public async Task Asks_for_as_many_pictures_as_one_call_makes()
    {
        var done = await DoneAsync("", call => call with { Count = MaxPerCall, Request = call.Request with { N = MaxPerCall } });

        done.Images.Count.ShouldBe(MaxPerCall);
        Record.Paid.ShouldHaveSingleItem().Pictures.ShouldBe(MaxPerCall);
    }

    [Fact]
    public async Task Takes_a_reference_image_along()
    {
        await DoneAsync("", call => call with { References = [Bench.Reference()] });
        await DoneAsync("");

        SubmitText(0).ShouldNotBe(SubmitText(1));
    }

    [Fact]
    public async Task Loses_no_parameter_silently()
    {
        await DoneAsync("");
        var plain = SubmitText(0);
        foreach (var name in Parameters)
        {
            var call = Given(Call(""), name);
            var before = Record.Submits.Count;
            (await Bench.RunAsync(call, TestContext.Current.CancellationToken)).ShouldBeOfType<ProviderOutcome.Done>(name);
            var isTold = Bench.Provider.Adaptations(call).Any(warning => warning.Param == name);
            var isSent = SubmitText(before) != plain;
            (isTold || isSent).ShouldBeTrue($"{name} is neither passed on nor told");
        }
    }

    [Fact]
    public void Says_nothing_about_parameters_that_nobody_gave() => Bench.Provider.Adaptations(Call("")).ShouldBeEmpty();

    [Fact]
    public async Task Reads_an_answer_that_comes_one_byte_at_a_time() => await DoneAsync("fault=drip");

    [Fact]
    public async Task Reads_an_answer_with_another_content_type() => await DoneAsync("content-type=text/plain");

    [Fact]
    public async Task Takes_no_more_pictures_than_were_asked_for()
    {
        var outcome = await RunAsync("pictures=3");

        outcome.ShouldBeOfType<ProviderOutcome.Done>().Images.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Shows_the_credential_to_the_vendors_own_origin_only()
    {
        await DoneAsync("");

        Record.Calls.ShouldAllBe(call => call.Credential == null || call.Host == Bench.Fake.Address.Authority);
        Record.Paid.ShouldAllBe(call => call.Credential!.Contains(FakeOptions.UsualCredential, StringComparison.Ordinal));
        Bench.Handles.ShouldAllBe(handle => !handle.Contains(FakeOptions.UsualCredential, StringComparison.Ordinal) && handle.Length <= 4000);
    }

    [Fact]
    public async Task Tells_the_vendors_own_id_of_the_call()
    {
        await DoneAsync("");

        Bench.UpstreamIds.ShouldHaveSingleItem().Length.ShouldBeInRange(4, 200);
    }

    // What the vendor refuses.

    [Theory]
    [InlineData("moderation=input")]
    [InlineData("moderation=output")]
    public async Task Knows_moderation_from_other_refusals(string directives)
    {
        var error = await FailedAsync(directives);

        error.Kind.ShouldBe(ErrorKind.Moderated);
        error.EffectiveCode.ShouldBe(ModerationCode);
    }

    [Theory]
    [InlineData("status=400", nameof(ErrorKind.UpstreamRefused))]
    [InlineData("status=422", nameof(ErrorKind.UpstreamRefused))]
    [InlineData("status=401", nameof(ErrorKind.UpstreamCredential))]
    [InlineData("status=401 body=none", nameof(ErrorKind.UpstreamCredential))]
    [InlineData("status=402", nameof(ErrorKind.UpstreamCredit))]
    [InlineData("status=402 body=none", nameof(ErrorKind.UpstreamCredit))]
    [InlineData("status=403 raw=%7B%22detail%22:%22Not%20authenticated%22%7D", nameof(ErrorKind.UpstreamCredential))]
    [InlineData("status=403 raw=%7B%22error%22:%7B%22message%22:%22Invalid%20API%20key%22%7D%7D", nameof(ErrorKind.UpstreamCredential))]
    [InlineData("status=403 raw=%7B%22error%22:%7B%22message%22:%22No%20permission%20for%20this%20prompt%22%7D%7D", nameof(ErrorKind.UpstreamForbidden))]
    [InlineData("status=403 raw=%7B%22message%22:%22Not%20today%22%7D", nameof(ErrorKind.UpstreamForbidden))]
    [InlineData("status=403 body=html", nameof(ErrorKind.UpstreamForbidden))]
    [InlineData("status=403 body=none", nameof(ErrorKind.UpstreamForbidden))]
    [InlineData("status=404", nameof(ErrorKind.UpstreamModelMissing))]
    [InlineData("status=429", nameof(ErrorKind.UpstreamRateLimited))]
    [InlineData("status=429 body=none", nameof(ErrorKind.UpstreamRateLimited))]
    [InlineData("status=503", nameof(ErrorKind.UpstreamUnreachable))]
    public async Task Knows_what_was_refused_and_not_run(string directives, string kind)
    {
        (await FailedAsync(directives)).Kind.ToString().ShouldBe(kind);
        Record.Paid.ShouldBeEmpty();
        Record.Submits.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Refuses_to_go_on_with_a_wrong_credential()
    {
        var error = await FailedAsync("", call => call with { Channel = call.Channel with { Credential = new Credential("wrong-credential-9") } });

        error.Kind.ShouldBe(ErrorKind.UpstreamCredential);
        error.Message.ShouldNotContain("wrong-credential-9");
    }

    // What fails before anything is sent.

    [Fact]
    public async Task Has_sent_nothing_when_its_disk_does_not_take_the_pictures()
    {
        var references = Enumerable.Range(0, 17).Select(_ => Bench.Reference()).ToList();
        var error = await UnsentAsync(call => call with { References = references, WorkFolder = Path.Combine(Bench.NewFolder(), "gone") });

        error.Kind.ShouldBe(ErrorKind.StorageUnavailable);
    }

    [Fact]
    public async Task Has_sent_nothing_when_a_picture_cannot_be_read()
    {
        var reference = Bench.Reference();
        File.Delete(reference.Path);

        (await UnsentAsync(call => call with { References = [reference] })).Kind.ShouldBe(ErrorKind.StorageUnavailable);
    }

    [Fact]
    public async Task Hands_on_how_long_to_wait()
    {
        (await FailedAsync("status=429 retry-after=7")).RetryAfter.ShouldBe(TimeSpan.FromSeconds(7));
    }

    private async Task<GatewayError> UnsentAsync(Func<ProviderCall, ProviderCall> change)
    {
        var fault = await Should.ThrowAsync<GatewayException>(async () => await Bench.Provider.StartAsync(change(Call("")), TestContext.Current.CancellationToken));
        Record.Calls.ShouldBeEmpty();
        return fault.Error;
    }
}
