using Pictor.Errors;
using Pictor.FakeUpstreams;
using Pictor.Providers;

namespace Pictor.Tests.Providers;

/// <summary>
/// What every provider is held to when its upstream breaks: the twelve points at which a call can be cut, and answers that are none.
/// The fake's own record is the judge: whatever goes wrong, one wanted picture is never paid for twice.
/// </summary>
public abstract class BrokenUpstreamContract : ProviderFacts
{
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
        Bench.Upstream.CallTimeout = TimeSpan.FromSeconds(2);

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
        await Eventually.TrueAsync(() => Record.Submits.Count > 0);
        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    private ProviderCall At(ProviderCall call, Uri origin) =>
        call with { Channel = call.Channel with { BaseUrl = new Uri(origin, call.Channel.BaseUrl!.AbsolutePath) } };
}
