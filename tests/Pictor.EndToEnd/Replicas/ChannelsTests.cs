using System.Net;
using System.Text.Json;
using Pictor.FakeUpstreams;

namespace Pictor.EndToEnd.Replicas;

/// <summary>What replicas share about the ways out: the places of a channel, and what one of them has learned of its health.</summary>
public sealed class ChannelsTests
{
    private static readonly object Request = new { model = "flux-kontext-pro", prompt = "a lighthouse" };

    [Fact]
    public async Task A_channel_has_no_more_calls_at_once_than_it_may_over_both_replicas()
    {
        const int Most = 2;
        const int Jobs = 10;
        var task = TimeSpan.FromSeconds(1);
        await using var pair = await ReplicaPair.StartAsync(task, settings: ("Pictor__Channels__fake__Concurrent", $"{Most}"));
        await pair.MetAsync();
        List<string> ids = [.. await ReplicaPair.SubmitAsync(pair.A, Jobs, "a"), .. await ReplicaPair.SubmitAsync(pair.B, Jobs, "b")];
        foreach (var id in ids)
        {
            (await ReplicaPair.EndAsync(pair.A, id)).Text("status").ShouldBe("succeeded");
        }

        // By the vendor's clock: the one after the next begins when a task is over, and not before.
        var starts = pair.Fake.Record.Paid.Select(call => call.At).Order().ToArray();
        starts.Length.ShouldBe(2 * Jobs);
        starts.Skip(Most).Zip(starts, (later, earlier) => later - earlier).ShouldAllBe(apart => apart >= task);
        await pair.ShouldBalanceAsync();
    }

    [Theory]
    [InlineData(401)]
    [InlineData(402)]
    public async Task A_channel_whose_credential_or_account_was_refused_at_one_is_not_asked_by_the_other(int status)
    {
        await using var pair = await ReplicaPair.StartAsync();
        await pair.MetAsync();
        pair.Fake.Faults.Add($"status={status}");
        using (var refused = await pair.A.GenerateAsync(Request))
        {
            refused.IsSuccessStatusCode.ShouldBeFalse();
        }

        await Poll.UntilAsync(async () => (await HealthAsync(pair.B)).TryGetProperty("excluded", out var reason) && reason.ValueKind == JsonValueKind.String, ReplicaPair.Patience, "the other to know");
        await ShouldNotAskAsync(pair, 1);
    }

    [Fact]
    public async Task A_breaker_that_opened_at_one_is_open_at_the_other()
    {
        await using var pair = await ReplicaPair.StartAsync();
        await pair.MetAsync();
        pair.Fake.Faults.Add("status=503", next: 100);
        while ((await HealthAsync(pair.A)).GetProperty("open_models").GetArrayLength() == 0)
        {
            Submits(pair).ShouldBeLessThan(10);
            using var failed = await pair.A.GenerateAsync(Request);
            failed.IsSuccessStatusCode.ShouldBeFalse();
        }

        var before = Submits(pair);
        await Poll.UntilAsync(async () => (await HealthAsync(pair.B)).GetProperty("open_models").GetArrayLength() == 1, ReplicaPair.Patience, "the other to know");
        await ShouldNotAskAsync(pair, before);
    }

    private static async Task ShouldNotAskAsync(ReplicaPair pair, int before)
    {
        using var answer = await pair.B.GenerateAsync(Request);
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, await answer.Content.ReadAsStringAsync());
        Submits(pair).ShouldBe(before);
    }

    private static int Submits(ReplicaPair pair) => pair.Fake.Record.Calls.Count(call => call.Stage == Stages.Submit);

    private static async Task<JsonElement> HealthAsync(GatewayProcess replica)
    {
        using var answer = await replica.Client.GetAsync("/admin/channels/fake");
        return (await answer.JsonAsync()).GetProperty("health");
    }
}
