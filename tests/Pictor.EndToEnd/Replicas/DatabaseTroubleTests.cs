using System.Net;
using Pictor.Tests;

namespace Pictor.EndToEnd.Replicas;

/// <summary>A PostgreSQL that restarts, takes no writes, has no connection left, or is slow.</summary>
public sealed class DatabaseTroubleTests
{
    private const int Jobs = 20;

    [Fact]
    public async Task Jobs_survive_a_restart_of_the_database()
    {
        await using var server = await PostgreSqlServer.StartAsync(durable: true);
        await using var pair = await ReplicaPair.StartAsync(TimeSpan.FromSeconds(2), server);
        List<string> ids = [.. await ReplicaPair.SubmitAsync(pair.A, Jobs, "a"), .. await ReplicaPair.SubmitAsync(pair.B, Jobs, "b")];
        await server.StopAsync();
        using (var refused = await pair.A.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x" }))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            refused.Headers.RetryAfter.ShouldNotBeNull();
            (await pair.A.Client.GetAsync("/readyz")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await pair.A.Client.GetAsync("/healthz")).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        await server.StartAgainAsync();
        await ReadyAsync(pair);
        foreach (var (number, id) in ids.Index())
        {
            var job = await ReplicaPair.EndAsync(pair.B, id);
            if (job.Text("status") != "succeeded")
            {
                // It could not be written that it was to be sent, so it was not: what was bought is delivered.
                job.Error().Text("code").ShouldBe("storage_unavailable", job.ToString());
                pair.Fake.Record.Paid.ShouldNotContain(call => call.Job == $"{(number < Jobs ? 'a' : 'b')}-{number % Jobs}");
            }
        }

        (await ReplicaPair.EndAsync(pair.B, await ReplicaPair.SubmitAsync(pair.A, "after"))).Text("status").ShouldBe("succeeded");
        pair.ShouldBePaidOnce();
        await pair.ShouldBalanceAsync();
    }

    [Fact]
    public async Task A_read_only_database_takes_no_new_work_and_answers_for_the_old()
    {
        await using var server = await PostgreSqlServer.StartAsync();
        await using var pair = await ReplicaPair.StartAsync(server: server);
        var id = await ReplicaPair.SubmitAsync(pair.A, "before");
        (await ReplicaPair.EndAsync(pair.A, id)).Text("status").ShouldBe("succeeded");

        await pair.SqlAsync("ALTER SYSTEM SET default_transaction_read_only = on");
        await pair.SqlAsync("SELECT pg_reload_conf()");

        // Not waited for: what is taken a moment before the setting holds cannot end before it is taken back.
        await Poll.UntilAsync(async () => (await pair.A.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x", @async = true })).StatusCode == HttpStatusCode.ServiceUnavailable, ReplicaPair.Patience, "new work to be refused");
        (await ReplicaPair.EndAsync(pair.B, id)).Text("status").ShouldBe("succeeded");
        using (var ready = await pair.A.Client.GetAsync("/readyz"))
        {
            ready.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await ready.JsonAsync()).Text("reason").ShouldBe("read_only");
        }

        await pair.SqlAsync("ALTER SYSTEM RESET default_transaction_read_only");
        await pair.SqlAsync("SELECT pg_reload_conf()");
        await Poll.UntilAsync(async () => (await pair.A.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x" })).StatusCode == HttpStatusCode.OK, ReplicaPair.Patience, "new work to be taken");
        await pair.ShouldBalanceAsync();
    }

    [Fact]
    public async Task Without_a_connection_left_requests_are_refused_and_taken_again_later()
    {
        await using var server = await PostgreSqlServer.StartAsync();
        await server.ExecuteAsync("postgres", "CREATE ROLE app LOGIN SUPERUSER");
        await using var pair = await ReplicaPair.StartAsync(server: server, user: "app");

        // Whoever comes gets "too many connections".
        await server.ExecuteAsync("postgres", "ALTER ROLE app NOSUPERUSER CONNECTION LIMIT 0");
        await server.ExecuteAsync("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'");
        using (var refused = await pair.A.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x" }))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, await refused.Content.ReadAsStringAsync());
        }

        await server.ExecuteAsync("postgres", "ALTER ROLE app SUPERUSER CONNECTION LIMIT -1");
        await ReadyAsync(pair);
        (await ReplicaPair.EndAsync(pair.B, await ReplicaPair.SubmitAsync(pair.A, "after"))).Text("status").ShouldBe("succeeded");
        await pair.ShouldBalanceAsync();
    }

    [Fact]
    public async Task A_slow_database_makes_jobs_slow_and_loses_none()
    {
        await using var network = new TcpProxy((await PostgreSqlServer.SharedAsync()).Port);
        await using var pair = await ReplicaPair.StartAsync(port: network.Port);
        network.Delay = TimeSpan.FromMilliseconds(30);
        foreach (var id in await ReplicaPair.SubmitAsync(pair.A, Jobs, "slow"))
        {
            (await ReplicaPair.EndAsync(pair.A, id)).Text("status").ShouldBe("succeeded");
        }

        pair.Fake.Record.Paid.Count.ShouldBe(Jobs);
        await pair.ShouldBalanceAsync();
    }

    [Fact]
    public async Task A_replica_goes_on_beside_newer_tables_and_an_older_one_does_not_start_on_them()
    {
        await using var pair = await ReplicaPair.StartAsync();

        // What a newer version does while the older one still runs: add, and never take away.
        await pair.SqlAsync("ALTER TABLE jobs ADD COLUMN newer TEXT; ALTER TABLE api_keys ADD COLUMN newer BIGINT NOT NULL DEFAULT 0; INSERT INTO migrations (number, applied_at) VALUES (9999, 0)");
        (await ReplicaPair.EndAsync(pair.B, await ReplicaPair.SubmitAsync(pair.A, "beside"))).Text("status").ShouldBe("succeeded");
        var fault = await Should.ThrowAsync<InvalidOperationException>(() => pair.StartOneAsync());
        fault.Message.ShouldContain("Start the newer version");
    }

    private static async Task ReadyAsync(ReplicaPair pair)
    {
        foreach (var replica in (GatewayProcess[])[pair.A, pair.B])
        {
            await Poll.UntilAsync(async () => (await replica.Client.GetAsync("/readyz")).IsSuccessStatusCode, ReplicaPair.Patience, "a replica to be ready");
        }
    }
}
