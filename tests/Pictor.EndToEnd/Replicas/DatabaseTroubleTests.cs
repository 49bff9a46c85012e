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
        // One connection for all readers, so that its statements are prepared before the tables grow.
        await using var pair = await ReplicaPair.StartAsync(hosts: $"Host=127.0.0.1;Port={(await PostgreSqlServer.SharedAsync()).Port};Maximum Pool Size=1");
        await LookAroundAsync(pair);

        // What a newer version does while the older one still runs: add, and never take away.
        await pair.SqlAsync(
            """
            DO $$ DECLARE t text; BEGIN
                FOR t IN SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'
                LOOP EXECUTE format('ALTER TABLE %I ADD COLUMN newer BIGINT NOT NULL DEFAULT 0', t); END LOOP;
            END $$;
            INSERT INTO migrations (number, applied_at) VALUES (9999, 0)
            """);
        await LookAroundAsync(pair);
        (await ReplicaPair.EndAsync(pair.B, await ReplicaPair.SubmitAsync(pair.A, "beside"))).Text("status").ShouldBe("succeeded");
        var fault = await Should.ThrowAsync<InvalidOperationException>(() => pair.StartOneAsync());
        fault.Message.ShouldContain("Start the newer version");
    }

    /// <summary>All leases look as if they were over; one replica cannot say that it lives, and the other must not believe that it is gone.</summary>
    [Fact]
    public async Task A_database_whose_clock_is_set_ahead_takes_no_jobs_from_a_replica_that_lives()
    {
        await using var pair = await ReplicaPair.StartAsync(settings: ("Pictor__Storage__Lease", "00:00:30"));

        // The gateways' own statements find this clock before the server's.
        await pair.SqlAsync(
            """
            CREATE SCHEMA set_clock;
            CREATE TABLE set_clock.ahead (seconds BIGINT NOT NULL);
            INSERT INTO set_clock.ahead VALUES (0);
            CREATE FUNCTION set_clock.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
                $$SELECT pg_catalog.clock_timestamp() + (SELECT seconds FROM set_clock.ahead) * interval '1 second'$$;
            """);
        await pair.SqlAsync($"ALTER DATABASE {pair.Database} SET search_path = public, set_clock, pg_catalog");
        await pair.SqlAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{pair.Database}' AND pid <> pg_backend_pid()");
        await pair.MetAsync();
        List<string> ids = [];
        for (var number = 0; number < Jobs; number++)
        {
            ids.Add(await ReplicaPair.SubmitAsync(pair.A, $"clock-{number}{ReplicaPair.Held}"));
        }

        await Poll.UntilAsync(async () => (long)(await pair.SqlAsync("SELECT COUNT(*) FROM jobs WHERE state = 'accepted'"))! == Jobs, ReplicaPair.Patience, "all jobs to have a handle");
        pair.A.Pause();
        await pair.SqlAsync("UPDATE set_clock.ahead SET seconds = 600");
        for (var beats = 0; beats < 2; beats++)
        {
            var latest = (long)(await pair.SqlAsync("SELECT MAX(lease_until) FROM replicas"))!;
            await Poll.UntilAsync(async () => (long)(await pair.SqlAsync("SELECT MAX(lease_until) FROM replicas"))! > latest, ReplicaPair.Patience, "the other replica to prolong its lease");
        }

        pair.A.Resume();
        await pair.MetAsync();
        (await pair.SqlAsync("SELECT MAX(generation) FROM jobs")).ShouldBe(1L);
        pair.Fake.Release();
        foreach (var id in ids)
        {
            (await ReplicaPair.EndAsync(pair.B, id)).Text("status").ShouldBe("succeeded");
        }

        pair.ShouldBePaidOnce();
        await pair.ShouldBalanceAsync();
    }

    [Fact]
    public async Task A_replica_that_finds_none_of_its_servers_says_why_of_each()
    {
        using var folder = new TemporaryFolder();
        var (exitCode, lines) = await GatewayProcess.RunToEndAsync(folder.PathOf("data"), ("Pictor__Storage__PostgreSql", "Host=127.0.0.1:1,127.0.0.2:1;Username=postgres;Database=pictor"));
        exitCode.ShouldBe(1);
        lines.ShouldContain("pictor: The database cannot be used: Failed to connect to 127.0.0.1:1");
        lines.ShouldContain("pictor: The database cannot be used: Failed to connect to 127.0.0.2:1");
    }

    // Often enough for statements to be prepared.
    private static async Task LookAroundAsync(ReplicaPair pair)
    {
        for (var times = 0; times < 5; times++)
        {
            foreach (var path in (string[])["keys", "jobs", "deliveries", "channels", "prices", "usage", "ledger/entries", "ledger/summary"])
            {
                using var answer = await pair.B.Client.GetAsync("/admin/" + path);
                answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
            }
        }
    }

    private static async Task ReadyAsync(ReplicaPair pair)
    {
        foreach (var replica in (GatewayProcess[])[pair.A, pair.B])
        {
            await Poll.UntilAsync(async () => (await replica.Client.GetAsync("/readyz")).IsSuccessStatusCode, ReplicaPair.Patience, "a replica to be ready");
        }
    }
}
