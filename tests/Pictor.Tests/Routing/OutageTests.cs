using System.Net;
using Pictor.FakeUpstreams;
using Pictor.Jobs;

namespace Pictor.Tests.Routing;

/// <summary>A vendor that took the money and is gone for half an hour.</summary>
public sealed class OutageTests
{
    private static readonly TimeSpan Outage = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(2.5);

    [Theory]
    [InlineData("bfl", "flux-kontext-pro")]
    [InlineData("fal", "flux-kontext-pro=fal-ai/flux-pro/kontext")]
    [InlineData("replicate", "flux-kontext-pro=black-forest-labs/flux-kontext-pro")]
    public async Task A_polling_host_that_is_gone_for_30_minutes_delivers_afterwards_and_is_paid_once(string provider, string models)
    {
        var clock = new FakeClock();
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await StartAsync(clock, fake, provider, models);
        new JobsOptions().Deadline.ShouldBeGreaterThan(Outage);
        using var accepted = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x [fake: until=release]", async = true });
        accepted.StatusCode.ShouldBe(HttpStatusCode.Accepted, await accepted.Content.ReadAsStringAsync());
        var job = accepted.Headers.Location;
        await Eventually.TrueAsync(async () => await HasHandleAsync(gateway, accepted));
        await AdvanceUntilAsync(clock, () => fake.Record.At(Stages.Poll).Count > 0);

        // The picture is made meanwhile; nobody can ask for it.
        fake.CloseDoor();
        fake.Release();
        var looks = fake.Record.At(Stages.Poll).Count;
        var began = clock.GetUtcNow();
        while (clock.GetUtcNow() - began < Outage)
        {
            var turnedAway = fake.TurnedAway;
            await AdvanceUntilAsync(clock, () => fake.TurnedAway > turnedAway);
        }

        fake.TurnedAway.ShouldBeGreaterThan(100);
        (await StatusAsync(gateway, job)).ShouldBe("running");
        fake.OpenDoor();
        await AdvanceUntilAsync(clock, () => fake.Record.At(Stages.Poll).Count > looks);
        await Eventually.TrueAsync(async () => await StatusAsync(gateway, job) != "running");
        (await StatusAsync(gateway, job)).ShouldBe("succeeded");
        fake.Record.Submits.Count.ShouldBe(1);
        fake.Record.Paid.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("bfl", "flux-kontext-pro", 40, 40)]
    [InlineData("fal", "flux-kontext-pro=fal-ai/flux-pro/kontext", 40, 40)]
    [InlineData("replicate", "flux-kontext-pro=black-forest-labs/flux-kontext-pro", 86_400, 60)]
    public async Task A_polling_host_that_asks_for_time_gets_it_up_to_a_minute(string provider, string models, int asked, int given)
    {
        var clock = new FakeClock();
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await StartAsync(clock, fake, provider, models);
        fake.Faults.Add($"status=429 retry-after={asked} at=poll");
        using var accepted = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x [fake: until=release]", async = true });
        await AdvanceUntilAsync(clock, () => fake.Record.At(Stages.Poll).Count == 1);
        fake.Release();
        var told = clock.GetUtcNow();
        await AdvanceUntilAsync(clock, () => fake.Record.At(Stages.Poll).Count > 1);

        // The clock had gone on a little when the first look was seen.
        (clock.GetUtcNow() - told).ShouldBeGreaterThan(TimeSpan.FromSeconds(given - 10));
        await Eventually.TrueAsync(async () => await StatusAsync(gateway, accepted.Headers.Location) == "succeeded");
        fake.Record.Paid.Count.ShouldBe(1);
    }

    private static Task<TestGateway> StartAsync(FakeClock clock, FakeUpstream fake, string provider, string models) => TestGateway.StartAsync(
        builder => builder.Services.AddSingleton<TimeProvider>(clock),
        settings:
        [
            $"Pictor:Channels:upstream:Provider={provider}",
            $"Pictor:Channels:upstream:BaseUrl={fake.BaseOf(provider)}",
            $"Pictor:Channels:upstream:Credential={FakeOptions.UsualCredential}",
            $"Pictor:Channels:upstream:Models={models}",
            "Pictor:Upstream:Allow:fake=127.0.0.0/8:*",

            // The clock of a test runs on while a machine with much to do makes one look.
            "Pictor:Jobs:Deadline=12:00:00",
            "Pictor:Upstream:CallTimeout=00:30:00",
        ]);

    // A look takes real time, and the clock runs on meanwhile.
    private static Task AdvanceUntilAsync(FakeClock clock, Func<bool> holds) => Eventually.TrueAsync(() =>
    {
        if (holds())
        {
            return true;
        }

        clock.Advance(Step);
        return false;
    });

    private static async Task<bool> HasHandleAsync(TestGateway gateway, HttpResponseMessage accepted)
    {
        var job = await (await gateway.Client.GetAsync("/admin/jobs/" + accepted.Headers.GetValues("x-pictor-job").Single())).JsonAsync();
        return job.GetProperty("attempts").EnumerateArray().Any(attempt => attempt.TryGetProperty("upstream_id", out _));
    }

    private static async Task<string> StatusAsync(TestGateway gateway, Uri? job) => (await (await gateway.Client.GetAsync(job)).JsonAsync()).Text("status");
}
