using Pictor.Errors;
using Pictor.FakeUpstreams;
using Pictor.Providers;

namespace Pictor.Tests.Providers;

/// <summary>What providers are held to besides whose vendors answer with a task first: no fault of a look at it is final.</summary>
public abstract class PollingContract : ProviderContract
{
    private protected FakeClock Clock { get; } = new();

    [Theory]
    [InlineData("status=500")]
    [InlineData("status=502 body=html")]
    [InlineData("status=429")]
    [InlineData("status=503 body=none")]
    [InlineData("status=504 body=html")]
    [InlineData("fault=reset-after-body")]
    [InlineData("fault=reset-after-headers")]
    [InlineData("fault=reset-in-body")]
    [InlineData("fault=truncated-json")]
    [InlineData("fault=html")]
    [InlineData("fault=empty-object")]
    public async Task Takes_no_fault_of_a_poll_for_final(string directives)
    {
        Bench.Fake.Faults.Add(directives + " at=poll", next: 3);

        await DoneAsync("polls=2");

        Record.Paid.Count.ShouldBe(1);
        Record.At(Stages.Poll).Count.ShouldBeGreaterThanOrEqualTo(3);
    }

    [Fact]
    public async Task Waits_out_a_polling_host_that_is_gone()
    {
        var call = Call("polls=1");
        var pending = (await Bench.Provider.StartAsync(call, TestContext.Current.CancellationToken)).ShouldBeOfType<ProviderOutcome.Pending>();
        await Bench.Fake.DisposeAsync();

        (await Bench.Provider.CheckAsync(call, pending.Handle, TestContext.Current.CancellationToken)).ShouldBeOfType<ProviderOutcome.Pending>();
    }

    [Fact]
    public async Task Reads_a_look_that_comes_one_byte_at_a_time()
    {
        Bench.Fake.Faults.Add("fault=drip at=poll");

        await DoneAsync("polls=1");

        Record.Paid.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Believes_after_a_while_that_a_task_is_not_found()
    {
        var call = Call("not-found=1000");
        var pending = (await Bench.Provider.StartAsync(call, TestContext.Current.CancellationToken)).ShouldBeOfType<ProviderOutcome.Pending>();
        pending = (await Bench.Provider.CheckAsync(call, pending.Handle, TestContext.Current.CancellationToken)).ShouldBeOfType<ProviderOutcome.Pending>();
        Clock.Advance(TimeSpan.FromSeconds(59));
        pending = (await Bench.Provider.CheckAsync(call, pending.Handle, TestContext.Current.CancellationToken)).ShouldBeOfType<ProviderOutcome.Pending>();
        Clock.Advance(TimeSpan.FromSeconds(2));

        var failed = (await Bench.Provider.CheckAsync(call, pending.Handle, TestContext.Current.CancellationToken)).ShouldBeOfType<ProviderOutcome.Failed>();

        failed.Error.Kind.ShouldBe(ErrorKind.UpstreamOutcomeUnknown);
    }

    [Fact]
    public async Task Hands_links_on_unfetched_for_the_guard_to_judge()
    {
        var done = await DoneAsync("link=http://192.0.2.1/x.png");

        done.Images.ShouldHaveSingleItem().Link!.Host.ShouldBe("192.0.2.1");
        Record.At(Stages.Picture).ShouldBeEmpty();
    }
}
