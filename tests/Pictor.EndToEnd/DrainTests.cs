using System.Net;
using System.Text.Json;

namespace Pictor.EndToEnd;

/// <summary>SIGTERM with work in flight.</summary>
public sealed class DrainTests
{
    private const int Blocking = 6;
    private const int Asynchronous = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Answers_what_is_in_flight_ends_in_order_and_goes_on_after_a_restart()
    {
        using var folder = new TemporaryFolder();
        var data = folder.PathOf("data");
        var ids = new List<string>();

        await using (var gateway = await GatewayProcess.StartAsync(data, ("Pictor__Jobs__StopNotice", "00:00:01"), ("Pictor__Jobs__StopTime", "00:00:04")))
        {
            for (var i = 0; i < Asynchronous; i++)
            {
                using var accepted = await gateway.GenerateAsync(new { model = "sandbox", size = "128x128", prompt = "Ocean [sandbox: delay=12s]", @async = true });
                accepted.StatusCode.ShouldBe(HttpStatusCode.Accepted);
                ids.Add((await accepted.JsonAsync()).Text("id"));
            }

            var calls = Enumerable.Range(0, Blocking).Select(_ => gateway.GenerateAsync(new { model = "sandbox", size = "128x128", prompt = "Sunset [sandbox: delay=2s]" })).ToArray();
            await Poll.UntilAsync(async () => await RunningAsync(gateway) == Blocking + Asynchronous, Patience, "all jobs to run");

            gateway.AskToStop();
            await Poll.UntilAsync(
                async () =>
                {
                    using var ready = await gateway.Client.GetAsync("/readyz");
                    return ready.StatusCode == HttpStatusCode.ServiceUnavailable;
                },
                Patience,
                "readiness to turn");
            using (var refused = await gateway.GenerateAsync(new { model = "sandbox", prompt = "x" }))
            {
                refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
                refused.Headers.RetryAfter.ShouldNotBeNull();
                (await refused.JsonAsync()).Error().Text("code").ShouldBe("stopping");
            }

            foreach (var call in calls)
            {
                using var answer = await call;
                answer.StatusCode.ShouldBe(HttpStatusCode.OK);
                (await answer.JsonAsync()).Text("status").ShouldBe("succeeded");
            }

            (await gateway.ExitCodeAsync(Patience)).ShouldBe(0, gateway.Output);
        }

        var states = await DataFolderAudit.StatesAsync(data);
        states["succeeded"].ShouldBe(Blocking);
        states.Where(state => state.Key != "succeeded").Sum(state => state.Value).ShouldBe(Asynchronous);

        await using var next = await GatewayProcess.StartAsync(data);
        foreach (var id in ids)
        {
            using var answer = await next.Client.GetAsync($"/v1/images/generations/{id}?wait=60");
            (await answer.JsonAsync()).Text("status").ShouldBe("succeeded");
        }

        (await DataFolderAudit.FaultsAsync(data)).ShouldBeEmpty();
    }

    private static async Task<int> RunningAsync(GatewayProcess gateway)
    {
        var list = await gateway.Client.GetFromJsonAsync<JsonElement>("/v1/images/generations?status=running&limit=100");
        return list.GetProperty("data").GetArrayLength();
    }
}
