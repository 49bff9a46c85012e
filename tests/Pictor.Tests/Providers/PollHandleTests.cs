using Pictor.Providers;

namespace Pictor.Tests.Providers;

public sealed class PollHandleTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Comes_back_as_it_went()
    {
        var handle = new PollHandle { Id = "task-1", At = 17, Url = "https://api.bfl.ai/x?id=1&a=b", Result = "https://api.bfl.ai/y", Cost = 40_000 };

        PollHandle.Parse(handle.ToString()).ShouldBe(handle);
    }

    [Fact]
    public void Leaves_its_addresses_behind_when_it_would_be_too_long()
    {
        var handle = new PollHandle { Id = "task-1", At = 17, Url = "https://api.bfl.ai/" + new string('a', 5000) };

        handle.ToString().Length.ShouldBeLessThanOrEqualTo(PollHandle.Longest);
        PollHandle.Parse(handle.ToString()).ShouldBe(handle with { Url = null });
    }

    [Fact]
    public void Gives_the_vendors_id_as_every_database_keeps_it() =>
        new PollHandle { Id = "a\0b", At = 17 }.Pending(Now).UpstreamId.ShouldBe("a\uFFFDb");

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("17")]
    [InlineData("{\"id\":\"x\"")]
    public void Is_nothing_when_it_is_none(string text) => PollHandle.Parse(text).ShouldBeNull();

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(2, 0.5)]
    [InlineData(4, 1)]
    [InlineData(20, 5)]
    [InlineData(3000, 5)]
    [InlineData(-60, 0.5)]
    public void Pauses_grow_with_the_time_since_the_start(int seconds, double pause) =>
        new PollHandle { Id = "x", At = Now.ToUnixTimeMilliseconds() }.Pending(Now.AddSeconds(seconds)).ShouldBeOfType<ProviderOutcome.Pending>().After.ShouldBe(TimeSpan.FromSeconds(pause));

    [Fact]
    public void Waits_at_least_as_long_as_the_vendor_asked() =>
        new PollHandle { Id = "x", At = Now.ToUnixTimeMilliseconds() }.Pending(Now, TimeSpan.FromSeconds(9)).ShouldBeOfType<ProviderOutcome.Pending>().After.ShouldBe(TimeSpan.FromSeconds(9));
}
