using System.Net;
using System.Net.Sockets;
using Pictor.FakeUpstreams;

namespace Pictor.EndToEnd;

/// <summary>SIGTERM with work in flight.</summary>
public sealed class DrainTests
{
    private const int Blocking = 6;
    private const int Asynchronous = 3;
    private const int Newcomers = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Answers_what_is_in_flight_ends_in_order_and_goes_on_after_a_restart()
    {
        // Two vendors, each with a door of its own: when a picture comes is this test's to say.
        await using var soon = await FakeUpstream.StartAsync();
        await using var late = await FakeUpstream.StartAsync();
        using var folder = new TemporaryFolder();
        var data = folder.PathOf("data");
        var ids = new List<string>();
        (string, string?)[] settings = [.. Channel("soon", soon, "flux-kontext-pro"), .. Channel("late", late, "flux-kontext-max"), ("Pictor__Upstream__Allow__fake", "127.0.0.0/8:*")];

        await using (var gateway = await GatewayProcess.StartAsync(data, [.. settings, ("Pictor__Jobs__StopNotice", "00:00:10"), ("Pictor__Jobs__StopTime", "00:00:20")]))
        {
            for (var i = 0; i < Asynchronous; i++)
            {
                using var accepted = await gateway.GenerateAsync(new { model = "flux-kontext-max", prompt = "Ocean [fake: until=release]", @async = true });
                accepted.StatusCode.ShouldBe(HttpStatusCode.Accepted);
                ids.Add((await accepted.JsonAsync()).Text("id"));
            }

            var calls = Enumerable.Range(0, Blocking).Select(_ => gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "Sunset [fake: until=release]" })).ToArray();
            await Poll.UntilAsync(async () => (await DataFolderAudit.StatesAsync(data)).GetValueOrDefault("accepted") == Blocking + Asynchronous, Patience, "all jobs to have a handle");

            // Who comes now, over a connection of his own, is still told, and not only the first one: the listener stays open for a while.
            gateway.AskToStop();
            await Poll.UntilAsync(
                async () =>
                {
                    using var newcomer = gateway.ClientWith(null);
                    using var ready = await newcomer.GetAsync("/readyz");
                    return ready.StatusCode == HttpStatusCode.ServiceUnavailable;
                },
                Patience,
                "readiness to turn");
            for (var i = 0; i < Newcomers; i++)
            {
                using var newcomer = gateway.ClientWith(GatewayProcess.AdminKey);
                using var refused = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x" }, newcomer);
                refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
                refused.Headers.RetryAfter.ShouldNotBeNull();
                (await refused.JsonAsync()).Error().Text("code").ShouldBe("stopping");
            }

            // Behind a closed listener those that came before still get their pictures.
            await Poll.UntilAsync(() => IsClosedAsync(gateway.Address), Patience, "the listener to close");
            soon.Release();
            foreach (var call in calls)
            {
                using var answer = await call;
                answer.StatusCode.ShouldBe(HttpStatusCode.OK);
                (await answer.JsonAsync()).Text("status").ShouldBe("succeeded");
            }

            (await gateway.ExitCodeAsync(Patience)).ShouldBe(0, gateway.Output);
        }

        var states = await DataFolderAudit.StatesAsync(data);
        states.ShouldBe(new Dictionary<string, long> { ["succeeded"] = Blocking, ["accepted"] = Asynchronous }, ignoreOrder: true);

        late.Release();
        await using var next = await GatewayProcess.StartAsync(data, settings);
        foreach (var id in ids)
        {
            using var answer = await next.Client.GetAsync($"/v1/images/generations/{id}?wait=120");
            (await answer.JsonAsync()).Text("status").ShouldBe("succeeded");
        }

        soon.Record.Paid.Count.ShouldBe(Blocking);
        late.Record.Paid.Count.ShouldBe(Asynchronous);
        (await DataFolderAudit.FaultsAsync(data)).ShouldBeEmpty();
    }

    private static (string Name, string? Value)[] Channel(string id, FakeUpstream fake, string model) =>
    [
        ($"Pictor__Channels__{id}__Provider", "bfl"),
        ($"Pictor__Channels__{id}__BaseUrl", fake.BaseOf("bfl").AbsoluteUri),
        ($"Pictor__Channels__{id}__Credential", FakeOptions.UsualCredential),
        ($"Pictor__Channels__{id}__Models", model),
    ];

    private static async Task<bool> IsClosedAsync(Uri address)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(address.Host, address.Port);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
