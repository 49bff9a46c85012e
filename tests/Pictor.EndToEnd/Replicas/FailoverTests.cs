using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Pictor.Tests;

namespace Pictor.EndToEnd.Replicas;

/// <summary>A primary that dies for good, and a standby that takes its place: the replicas find it by themselves.</summary>
/// <remarks><c>PICTOR_LONG=1</c> makes it 2,000 jobs.</remarks>
public sealed class FailoverTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Clients = 16;
    private static readonly int Jobs = Environment.GetEnvironmentVariable("PICTOR_LONG") == "1" ? 2_000 : 200;
    private PostgreSqlServer _primary = null!;
    private PostgreSqlServer _standby = null!;
    private TcpProxy _replication = null!;

    public async ValueTask InitializeAsync()
    {
        _primary = await PostgreSqlServer.StartAsync(durable: true);
        _replication = new TcpProxy(_primary.Port);
        _standby = await PostgreSqlServer.FollowAsync(_replication.Port);

        // From here on no commit is answered before the standby has it on its disk.
        await _primary.ExecuteAsync("postgres", "ALTER SYSTEM SET synchronous_standby_names = 'standby'");
        await _primary.ExecuteAsync("postgres", "SELECT pg_reload_conf()");
        await Poll.UntilAsync(async () => await _primary.ExecuteAsync("postgres", "SELECT sync_state FROM pg_stat_replication") is "sync", ReplicaPair.Patience, "the standby to be in step");
    }

    public async ValueTask DisposeAsync()
    {
        await _primary.DisposeAsync();
        await _standby.DisposeAsync();
        await _replication.DisposeAsync();
    }

    [Fact]
    public async Task A_failover_under_load_loses_no_accepted_job_and_pays_none_twice()
    {
        await using var pair = await ReplicaPair.StartAsync(TimeSpan.FromSeconds(1), _primary, hosts: Hosts(_standby.Port, _primary.Port));
        var replicas = new[] { pair.A, pair.B };
        var accepted = new ConcurrentDictionary<int, string>();
        var load = Task.WhenAll(Enumerable.Range(0, Clients).Select(client => SubmitAsync(replicas, client, accepted)));
        await Poll.UntilAsync(() => Task.FromResult(accepted.Count >= Jobs / 2), ReplicaPair.Patience, "half of the jobs");
        await _primary.KillAsync();
        var before = accepted.Count;
        await _standby.PromoteAsync();
        var clock = Stopwatch.StartNew();
        await Poll.UntilAsync(() => Task.FromResult(accepted.Count > before), ReplicaPair.Patience, "new jobs to be accepted");
        var goesOn = clock.Elapsed;
        await load;
        pair.Server = _standby;
        var ends = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(accepted.Values, new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (id, _) =>
        {
            var job = await ReplicaPair.EndAsync(pair.B, id);
            ends.Add(job.Text("status") == "succeeded" ? "succeeded" : job.Error().Text("code"));
        });
        var counts = ends.CountBy(end => end).ToDictionary(StringComparer.Ordinal);
        output.WriteLine($"{Jobs} jobs, {before} of them before the failover; the first new one {goesOn.TotalSeconds:0.0} s behind the promotion: {string.Join(", ", counts.Select(count => $"{count.Value} {count.Key}"))}; paid {pair.Fake.Record.Paid.Count}");
        accepted.Values.Distinct(StringComparer.Ordinal).Count().ShouldBe(Jobs);
        counts.Keys.Except(["succeeded", "upstream_outcome_unknown", "storage_unavailable"], StringComparer.Ordinal).ShouldBeEmpty();
        pair.ShouldBePaidOnce();
        pair.Fake.Record.Paid.Count.ShouldBeGreaterThanOrEqualTo(counts["succeeded"]);

        // Both work, and hear each other again.
        foreach (var (replica, other) in ((GatewayProcess, GatewayProcess)[])[(pair.A, pair.B), (pair.B, pair.A)])
        {
            (await ReplicaPair.EndAsync(other, await ReplicaPair.SubmitAsync(replica, $"after-{replica.Address.Port}"))).Text("status").ShouldBe("succeeded");
        }

        await pair.ShouldBalanceAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("Command Timeout=2")]
    public async Task What_the_failed_primary_did_not_pass_on_is_not_told_to_anybody_as_done(string more)
    {
        await using var road = new TcpProxy(_standby.Port);
        road.Cut();
        await using var pair = await ReplicaPair.StartAsync(server: _primary, hosts: Hosts(_primary.Port, road.Port) + ";" + more);
        _replication.Cut();
        var call = CallAsync(pair.A, "alone");
        await Poll.UntilAsync(() => WaitsAsync(pair), ReplicaPair.Patience, "the commit to wait for the standby");
        if (more.Length > 0)
        {
            // It waits longer than a command may; then the server has it, and the standby still has not.
            await Poll.UntilAsync(async () => !await WaitsAsync(pair), ReplicaPair.Patience, "the end of the wait");
        }

        await _primary.KillAsync();
        await _standby.PromoteAsync();

        // The numbers of the transactions that are lost are given out once more.
        for (var i = 0; i < 100; i++)
        {
            await _standby.ExecuteAsync("postgres", "SELECT pg_current_xact_id()::text");
        }

        road.Mend();
        string? told = null;
        using (var answer = await call)
        {
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
            {
                // It was written again, over there.
                answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
                told = (await answer.JsonAsync()).Text("id");
            }
        }

        pair.Server = _standby;
        string? id = null;
        await Poll.UntilAsync(
            async () =>
            {
                using var again = await CallAsync(pair.B, "alone");
                id = again.StatusCode == HttpStatusCode.Accepted ? (await again.JsonAsync()).Text("id") : null;
                return id is not null;
            },
            ReplicaPair.Patience, "the call to be taken");
        id.ShouldBe(told ?? id);
        (await ReplicaPair.EndAsync(pair.B, id!)).Text("status").ShouldBe("succeeded");
        pair.Fake.Record.Paid.Count.ShouldBe(1);
        await pair.ShouldBalanceAsync();
    }

    // The COMMIT of the call, which has been written here and not yet there.
    private static async Task<bool> WaitsAsync(ReplicaPair pair) =>
        (long)(await pair.SqlAsync(
            "SELECT COUNT(*) FROM pg_stat_activity a JOIN pg_locks l USING (pid) WHERE a.wait_event = 'SyncRep' AND l.relation = 'calls'::regclass AND l.mode = 'RowExclusiveLock'"))! > 0;

    private static async Task<HttpResponseMessage> CallAsync(GatewayProcess replica, string name)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/images/generations")
        {
            Content = JsonContent.Create(new { model = "flux-kontext-pro", prompt = $"a lighthouse [fake: job={name}]", async = true }),
            Headers = { { "Idempotency-Key", name } },
        };
        return await replica.Client.SendAsync(request);
    }

    private static string Hosts(params int[] ports) => "Host=" + string.Join(',', ports.Select(port => $"127.0.0.1:{port}"));

    // A caller whose call fails sends it again, by the same key, to the other one.
    private static async Task SubmitAsync(GatewayProcess[] replicas, int client, ConcurrentDictionary<int, string> accepted)
    {
        for (var number = client; number < Jobs; number += Clients)
        {
            for (var tries = 0; !accepted.ContainsKey(number); tries++)
            {
                tries.ShouldBeLessThan(5_000);
                using var answer = await CallAsync(replicas[(number + tries) % 2], $"failover-{number}");
                if (answer.StatusCode == HttpStatusCode.Accepted)
                {
                    accepted[number] = (await answer.JsonAsync()).Text("id");
                }
                else
                {
                    answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, await answer.Content.ReadAsStringAsync());
                    await Task.Delay(20);
                }
            }
        }
    }
}
