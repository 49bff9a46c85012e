using System.Text.Json;
using System.Text.Json.Nodes;
using Pictor.Errors;
using Pictor.FakeUpstreams;
using Pictor.Images;
using Pictor.Providers;
using Pictor.Upstream;

namespace Pictor.Tests.Providers;

/// <summary>
/// What every provider is held to, against a fake of its vendor. The fake's own record is the judge: whatever goes wrong, one wanted
/// picture is never paid for twice.
/// </summary>
public abstract class ProviderContract : IAsyncLifetime
{
    private ProviderBench _bench = null!;

    private protected ProviderBench Bench => _bench;

    private protected FakeRecord Record => _bench.Fake.Record;

    /// <summary>The fake's name of the vendor.</summary>
    private protected abstract string Dialect { get; }

    /// <summary>The upstream model that the calls ask for; it must take a reference image.</summary>
    private protected abstract string Model { get; }

    /// <summary>What follows the fake's address and the dialect in the channel's base address.</summary>
    private protected virtual string BasePath => "";

    /// <summary>The channel's own settings beyond the common ones.</summary>
    private protected virtual IReadOnlyDictionary<string, string> Options { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>A vendor that answers with a task first.</summary>
    private protected virtual bool IsPolling => false;

    /// <summary>The most pictures one call makes.</summary>
    private protected virtual int MaxPerCall => 1;

    /// <summary>Optional parameters with a value that is not the default, each tried by itself.</summary>
    private protected virtual IReadOnlyList<string> Parameters =>
        ["aspect_ratio", "seed", "safety_tolerance", "prompt_upsampling", "quality", "style", "background", "moderation", "output_compression", "input_fidelity", "watermark", "user"];

    /// <summary>The code of a moderation error.</summary>
    private protected virtual string ModerationCode => "content_policy_violation";

    /// <summary>Bodies that hold no result but are answered with 200; words for the fake.</summary>
    private protected virtual IReadOnlyList<string> EmptyAnswers => ["fault=empty-object"];

    /// <summary>False where an answer's form is so free that any text holds no error (a chat).</summary>
    private protected virtual bool ChecksSize => true;

    private protected abstract IProvider Create(UpstreamClient client);

    public async ValueTask InitializeAsync() => _bench = await ProviderBench.StartAsync(Create);

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        GC.SuppressFinalize(this);
    }

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
    [InlineData("status=403", nameof(ErrorKind.UpstreamCredential))]
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

    [Fact]
    public async Task Hands_on_how_long_to_wait()
    {
        (await FailedAsync("status=429 retry-after=7")).RetryAfter.ShouldBe(TimeSpan.FromSeconds(7));
    }

    // What was not sent.

    [Fact]
    public async Task Knows_that_a_refused_connection_sent_nothing()
    {
        var closed = FakeUpstream.ClosedAddress();
        var error = await FailedAsync("", call => At(call, closed));

        error.Kind.ShouldBe(ErrorKind.UpstreamUnreachable);
    }

    [Fact]
    public async Task Knows_that_a_failed_handshake_sent_nothing()
    {
        var secure = new UriBuilder(Bench.Fake.Address) { Scheme = "https" }.Uri;
        var error = await FailedAsync("", call => At(call, secure));

        error.Kind.ShouldBe(ErrorKind.UpstreamUnreachable);
        Record.Calls.ShouldBeEmpty();
    }

    // What may have run: never again by itself.

    [Theory]
    [InlineData("status=500")]
    [InlineData("status=500 body=none")]
    [InlineData("status=502 body=html")]
    [InlineData("status=503 body=none")]
    [InlineData("status=503 body=text")]
    [InlineData("status=504 body=html")]
    [InlineData("status=524 body=html")]
    [InlineData("fault=reset-after-body")]
    [InlineData("fault=reset-after-headers")]
    public async Task Does_not_know_what_became_of_it(string directives)
    {
        (await FailedAsync(directives)).Kind.ShouldBe(ErrorKind.UpstreamOutcomeUnknown);
        Record.Submits.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Does_not_know_what_became_of_it_in_silence()
    {
        Bench.Upstream.CallTimeout = TimeSpan.FromMilliseconds(400);

        (await FailedAsync("fault=silence")).Kind.ShouldBe(ErrorKind.UpstreamOutcomeUnknown);
        Record.Submits.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("fault=reset at=connection")]
    [InlineData("fault=reset at=submit-head")]
    public async Task Sends_nothing_again_after_a_reset_before_anything_was_read(string queued)
    {
        Bench.Fake.Faults.Add(queued);
        var error = await FailedAsync("");

        error.Kind.ShouldBeOneOf(ErrorKind.UpstreamOutcomeUnknown, ErrorKind.UpstreamUnreachable);
        Record.Submits.Count.ShouldBeLessThanOrEqualTo(1);
        Record.Paid.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("fault=reset-in-body")]
    [InlineData("fault=truncated-json")]
    [InlineData("fault=html")]
    [InlineData("fault=html content-type=application/json")]
    public async Task Has_no_picture_where_the_answer_is_broken(string directives)
    {
        (await FailedAsync(directives)).Kind.ShouldBeOneOf(ErrorKind.UpstreamUnreadable, ErrorKind.UpstreamOutcomeUnknown);
        Record.Submits.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Pays_once_where_the_declared_length_is_wrong()
    {
        if (await RunAsync("fault=wrong-length") is ProviderOutcome.Failed failed)
        {
            failed.Error.Kind.ShouldBeOneOf(ErrorKind.UpstreamUnreadable, ErrorKind.UpstreamOutcomeUnknown);
        }

        Record.Submits.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Has_no_picture_where_the_answer_holds_none()
    {
        foreach (var directives in EmptyAnswers)
        {
            (await FailedAsync(directives)).Kind.ShouldBeOneOf(ErrorKind.UpstreamUnreadable, ErrorKind.UpstreamFailed);
        }
    }

    [Fact]
    public async Task Survives_an_answer_of_60_megabytes()
    {
        await RunAsync("fault=big");

        Record.Submits.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Shows_no_foreign_page_and_no_secret_in_an_error()
    {
        (await FailedAsync("status=502 body=html")).Message.ShouldNotContain("<");
        (await FailedAsync("fault=html")).Message.ShouldNotContain("<");
    }

    [Fact]
    public async Task Ends_when_the_caller_ends_it()
    {
        using var cancellation = new CancellationTokenSource();
        var running = Bench.RunAsync(Call("fault=silence"), cancellation.Token);
        while (Record.Submits.Count == 0)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    // What only vendors with tasks have.

    [Theory]
    [InlineData("status=500")]
    [InlineData("status=502 body=html")]
    [InlineData("status=429")]
    [InlineData("fault=reset-after-body")]
    [InlineData("fault=truncated-json")]
    [InlineData("fault=html")]
    [InlineData("fault=empty-object")]
    public async Task Takes_no_fault_of_a_poll_for_final(string directives)
    {
        Assert.SkipUnless(IsPolling, "this vendor answers at once");
        Bench.Fake.Faults.Add(directives + " at=poll", next: 3);

        await DoneAsync("polls=2");

        Record.Paid.Count.ShouldBe(1);
        Record.At(Stages.Poll).Count.ShouldBeGreaterThanOrEqualTo(3);
    }

    [Fact]
    public async Task Waits_out_a_polling_host_that_is_gone()
    {
        Assert.SkipUnless(IsPolling, "this vendor answers at once");
        var call = Call("polls=1");
        var pending = (await Bench.Provider.StartAsync(call, TestContext.Current.CancellationToken)).ShouldBeOfType<ProviderOutcome.Pending>();
        await Bench.Fake.DisposeAsync();

        (await Bench.Provider.CheckAsync(call, pending.Handle, TestContext.Current.CancellationToken)).ShouldBeOfType<ProviderOutcome.Pending>();
    }

    // For the facts, here and in derived classes.

    /// <summary>A call for one picture of 1024x1024 whose prompt tells the fake what to do.</summary>
    private protected virtual ProviderCall Call(string directives) => new()
    {
        JobId = "job_1",
        Attempt = 1,
        Channel = new ChannelSettings("test", Bench.Fake.BaseOf(Dialect, BasePath), new Credential(FakeOptions.UsualCredential), Options),
        UpstreamModel = Model,
        Request = new ImageRequest
        {
            Model = "public-model",
            Prompt = directives.Length == 0 ? "a lighthouse" : $"a lighthouse [fake: {directives}]",
            Size = new PixelSize(1024, 1024),
            Seed = 42,
            OutputFormat = OutputFormat.Png,
            ResponseFormat = ResponseFormat.Url,
        },
        Seed = 42,
        WorkFolder = Bench.NewFolder(),
        Progress = _ => { },
    };

    /// <summary>The same call with one more parameter, given by the caller, with a value that is not the default.</summary>
    private protected static ProviderCall Given(ProviderCall call, string name)
    {
        var request = call.Request;
        request = name switch
        {
            "aspect_ratio" => request with { AspectRatio = new AspectRatio(3, 2), Size = new PixelSize(1536, 1024) },
            "seed" => request with { Seed = 7 },
            "safety_tolerance" => request with { SafetyTolerance = 5 },
            "prompt_upsampling" => request with { PromptUpsampling = true },
            "output_format" => request with { OutputFormat = OutputFormat.Jpeg },
            "quality" => request with { Quality = "high" },
            "style" => request with { Style = "natural" },
            "background" => request with { Background = "opaque" },
            "moderation" => request with { Moderation = "low" },
            "output_compression" => request with { OutputCompression = 80, OutputFormat = OutputFormat.Jpeg },
            "input_fidelity" => request with { InputFidelity = "high" },
            "watermark" => request with { Watermark = true },
            "user" => request with { User = "somebody" },
            _ => request with { Extra = new Dictionary<string, JsonElement> { [name] = JsonSerializer.SerializeToElement("x") } },
        };
        return call with { Request = request with { Given = [.. request.Given, name] }, Seed = request.Seed };
    }

    private protected Task<ProviderOutcome> RunAsync(string directives, Func<ProviderCall, ProviderCall>? change = null)
    {
        var call = Call(directives);
        return Bench.RunAsync(change?.Invoke(call) ?? call, TestContext.Current.CancellationToken);
    }

    private protected async Task<ProviderOutcome.Done> DoneAsync(string directives, Func<ProviderCall, ProviderCall>? change = null)
    {
        var outcome = await RunAsync(directives, change);
        return outcome is ProviderOutcome.Failed failed ? throw new ShouldAssertException($"{directives}: {failed.Error}") : outcome.ShouldBeOfType<ProviderOutcome.Done>();
    }

    private protected async Task<GatewayError> FailedAsync(string directives, Func<ProviderCall, ProviderCall>? change = null) =>
        (await RunAsync(directives, change)).ShouldBeOfType<ProviderOutcome.Failed>(directives).Error;

    /// <summary>What the vendor was asked for in the submit at this place, as text that can be compared.</summary>
    private protected string SubmitText(int submit) => (Record.Submits[submit].Parameters ?? new JsonObject()).ToJsonString();

    private ProviderCall At(ProviderCall call, Uri origin) =>
        call with { Channel = call.Channel with { BaseUrl = new Uri(origin, call.Channel.BaseUrl!.AbsolutePath) } };
}
