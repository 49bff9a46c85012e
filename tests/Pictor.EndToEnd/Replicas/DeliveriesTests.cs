using System.Net;
using System.Text.Json;
using Pictor.EndToEnd.Peers;
using Pictor.Tests;

namespace Pictor.EndToEnd.Replicas;

/// <summary>What replicas tell to webhooks: each delivery by one of them at a time, and by another when that one is gone.</summary>
public sealed class DeliveriesTests : IAsyncLifetime
{
    private const int Jobs = 20;
    private Listener _listener = null!;

    public async ValueTask InitializeAsync() => _listener = await Listener.StartAsync();

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    [Fact]
    public async Task The_deliveries_of_a_killed_replica_are_made_by_the_other_under_the_same_ids()
    {
        await using var pair = await StartAsync();
        var gate = new TaskCompletionSource();
        _listener.Gate = gate.Task;
        var jobs = await SubmitAsync(pair.A);
        await Poll.UntilAsync(() => Task.FromResult(_listener.Came.Count == Jobs), ReplicaPair.Patience, "every delivery to be under way");
        _listener.Ids.Distinct(StringComparer.Ordinal).Count().ShouldBe(Jobs);

        // Neither has heard an answer yet; the dead one never will.
        pair.A.Kill();
        gate.SetResult();
        foreach (var job in jobs)
        {
            var delivery = await DeliveredAsync(pair.B, job);
            _listener.Ids.ShouldContain(delivery.Text("id"));
        }

        _listener.Ids.Distinct(StringComparer.Ordinal).Count().ShouldBe(Jobs);
    }

    [Fact]
    public async Task Each_delivery_is_made_by_one_replica_and_once_while_both_live()
    {
        await using var pair = await StartAsync();
        List<string> jobs = [.. await SubmitAsync(pair.A), .. await SubmitAsync(pair.B)];
        foreach (var job in jobs)
        {
            await DeliveredAsync(pair.A, job);
        }

        _listener.Ids.Length.ShouldBe(2 * Jobs);
        _listener.Ids.Distinct(StringComparer.Ordinal).Count().ShouldBe(2 * Jobs);

        // Asked of the one about a job of the other: the same delivery once more.
        var first = await DeliveredAsync(pair.B, jobs[0]);
        using var again = await pair.B.Client.PostAsync($"/admin/deliveries/{first.Text("id")}/resend", null);
        again.StatusCode.ShouldBe(HttpStatusCode.OK, await again.Content.ReadAsStringAsync());
        await Poll.UntilAsync(() => Task.FromResult(_listener.Ids.Length == (2 * Jobs) + 1), ReplicaPair.Patience, "it to come again");
        _listener.Ids.Count(id => id == first.Text("id")).ShouldBe(2);
        _listener.Overlapping.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_told_while_the_database_was_away_is_written_or_told_again_when_it_is_back()
    {
        await using var server = await PostgreSqlServer.StartAsync(durable: true);
        await using var pair = await StartAsync(server);
        var gate = new TaskCompletionSource();
        _listener.Gate = gate.Task;
        var jobs = await SubmitAsync(pair.A);
        await Poll.UntilAsync(() => Task.FromResult(_listener.Came.Count == Jobs), ReplicaPair.Patience, "every delivery to be under way");
        await server.StopAsync();
        gate.SetResult();
        await Poll.UntilAsync(() => Task.FromResult(pair.A.Output.Contains("could not be written; it is made again", StringComparison.Ordinal) || pair.B.Output.Contains("could not be written; it is made again", StringComparison.Ordinal)), ReplicaPair.Patience, "an end that cannot be written");
        await Task.WhenAll(RefusedAsync(pair.A), RefusedAsync(pair.B));
        await server.StartAgainAsync();
        foreach (var job in jobs)
        {
            await DeliveredAsync(pair.B, job);
        }

        _listener.Ids.Distinct(StringComparer.Ordinal).Count().ShouldBe(Jobs);
        _listener.Overlapping.ShouldBeEmpty();
    }

    private Task<ReplicaPair> StartAsync(PostgreSqlServer? server = null) =>
        ReplicaPair.StartAsync(server: server, settings: [_listener.Allowed, ("Pictor__Webhooks__PerReceiver", $"{Jobs}"), ("Pictor__Webhooks__Timeout", "00:01:00")]);

    // Long enough for whatever is tried a single time: three answers in a row that tell of the outage.
    private static async Task RefusedAsync(GatewayProcess replica)
    {
        for (var i = 0; i < 3; i++)
        {
            using var answer = await replica.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x" });
            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            var before = Count(replica);
            await Poll.UntilAsync(() => Task.FromResult(Count(replica) > before), ReplicaPair.Patience, "the worker to look once more");
        }

        static int Count(GatewayProcess replica) => replica.Output.Split("Deliveries that are due could not be read").Length;
    }

    private async Task<List<string>> SubmitAsync(GatewayProcess replica) =>
        [.. await Task.WhenAll(Enumerable.Range(0, Jobs).Select(async number =>
        {
            using var answer = await replica.GenerateAsync(new { model = "flux-kontext-pro", prompt = $"a lighthouse [fake: job={replica.Address.Port}-{number}]", async = true, webhook_url = $"{_listener.Address}hook" });
            answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
            return (await answer.JsonAsync()).Text("id");
        }))];

    // The one delivery of a job, once the replica says that it arrived.
    private static async Task<JsonElement> DeliveredAsync(GatewayProcess replica, string job)
    {
        var found = default(JsonElement);
        await Poll.UntilAsync(
            async () =>
            {
                using var answer = await replica.Client.GetAsync($"/v1/images/generations/{job}/deliveries");
                if (!answer.IsSuccessStatusCode)
                {
                    return false;
                }

                var page = await answer.JsonAsync();
                var rows = page.GetProperty("data");
                rows.GetArrayLength().ShouldBeLessThanOrEqualTo(1);
                found = rows.EnumerateArray().FirstOrDefault();
                return found.ValueKind == JsonValueKind.Object && found.Text("status") == "delivered";
            },
            ReplicaPair.Patience,
            $"the delivery of {job}");
        return found;
    }
}
