using Microsoft.Extensions.Logging.Abstractions;
using Pictor.Errors;
using Pictor.Providers;
using Pictor.Routing;
using Pictor.Storage;

namespace Pictor.Tests.Routing;

public sealed class ChannelHealthTests
{
    private readonly FakeClock _clock = new();
    private readonly ChannelHealth _health;
    private readonly Channel _channel = Channel(concurrent: null);

    public ChannelHealthTests() => _health = new ChannelHealth(new Hints(new SqliteDialect("/")), _clock, NullLogger<ChannelHealth>.Instance);

    [Fact]
    public void Opens_after_five_failures_in_a_row_and_lets_one_real_request_through_after_its_time()
    {
        for (var i = 0; i < 5; i++)
        {
            Try(_channel).ShouldBeTrue();
            Fail(ErrorKind.UpstreamUnreachable);
        }

        _health.TryEnter(_channel, "m").Place.ShouldBeNull();
        _health.TryEnter(_channel, "m").RetryAfter.ShouldBe(TimeSpan.FromSeconds(30));
        _health.TryEnter(_channel, "other").Place.ShouldNotBeNull();
        _clock.Advance(TimeSpan.FromSeconds(30));
        _health.TryEnter(_channel, "m").Place.ShouldNotBeNull();
        _health.TryEnter(_channel, "m").Place.ShouldBeNull();
        _health.Worked(_channel, "m");
        _health.TryEnter(_channel, "m").Place.ShouldNotBeNull();
    }

    [Fact]
    public void A_failed_trial_opens_it_again()
    {
        Enumerable.Range(0, 5).ToList().ForEach(_ => Fail(ErrorKind.UpstreamOutcomeUnknown));
        _clock.Advance(TimeSpan.FromSeconds(31));
        _health.TryEnter(_channel, "m").Place.ShouldNotBeNull();
        Fail(ErrorKind.UpstreamOutcomeUnknown);
        _health.TryEnter(_channel, "m").Place.ShouldBeNull();
    }

    [Theory]
    [InlineData(nameof(ErrorKind.Moderated))]
    [InlineData(nameof(ErrorKind.UpstreamRefused))]
    public void What_is_about_the_request_never_counts(string kind)
    {
        Enumerable.Range(0, 20).ToList().ForEach(_ => Fail(Enum.Parse<ErrorKind>(kind)));
        Try(_channel).ShouldBeTrue();
    }

    [Theory]
    [InlineData(nameof(ErrorKind.UpstreamCredential))]
    [InlineData(nameof(ErrorKind.UpstreamCredit))]
    public void A_refused_account_takes_the_channel_out_until_it_is_changed(string kind)
    {
        Fail(Enum.Parse<ErrorKind>(kind));
        _clock.Advance(TimeSpan.FromDays(1));
        Try(_channel).ShouldBeFalse();
        _health.Report(_channel).Excluded.ShouldBe("why");
        _health.Reset(_channel.Id);
        Try(_channel).ShouldBeTrue();
    }

    [Fact]
    public void A_rate_limit_pauses_as_long_as_the_upstream_said()
    {
        _health.Failed(_channel, "m", new GatewayError(ErrorKind.UpstreamRateLimited, "why", RetryAfter: TimeSpan.FromSeconds(7)));
        _health.TryEnter(_channel, "m").RetryAfter.ShouldBe(TimeSpan.FromSeconds(7));
        _clock.Advance(TimeSpan.FromSeconds(7));
        Try(_channel).ShouldBeTrue();
    }

    [Fact]
    public async Task A_full_channel_is_busy_until_a_place_is_given_back()
    {
        var narrow = Channel(concurrent: 2);
        var first = _health.TryEnter(narrow, "m").Place.ShouldNotBeNull();
        _health.TryEnter(narrow, "m").Place.ShouldNotBeNull();
        _health.TryEnter(narrow, "m").IsBusy.ShouldBeTrue();
        var free = _health.PlaceFreeAsync(narrow, CancellationToken.None);
        free.IsCompleted.ShouldBeFalse();
        first.Dispose();
        await free;
        _health.TryEnter(narrow, "m").Place.ShouldNotBeNull();
        _health.Report(narrow).Running.ShouldBe(2);
    }

    [Fact]
    public async Task Calls_that_wait_do_not_keep_a_free_place_from_one_another()
    {
        var narrow = Channel(concurrent: 1);
        var only = _health.TryEnter(narrow, "m").Place.ShouldNotBeNull();
        var waiting = Enumerable.Range(0, 8).Select(_ => _health.PlaceFreeAsync(narrow, CancellationToken.None)).ToArray();
        only.Dispose();
        _health.TryEnter(narrow, "m").Place.ShouldNotBeNull();
        await Task.WhenAll(waiting);
    }

    private static Channel Channel(int? concurrent) => new()
    {
        Id = concurrent is null ? "wide" : "narrow",
        Provider = null!,
        Settings = new ChannelSettings("x", null, null, new Dictionary<string, string>()),
        Models = new Dictionary<string, string>(),
        Concurrent = concurrent,
    };

    private bool Try(Channel channel)
    {
        using var place = _health.TryEnter(channel, "m").Place;
        return place is not null;
    }

    private void Fail(ErrorKind kind) => _health.Failed(_channel, "m", new GatewayError(kind, "why"));
}
