using System.Net;
using Microsoft.Extensions.Options;
using Npgsql;
using Pictor.Storage;
using Pictor.Verbs;

namespace Pictor.Tests.Storage;

/// <summary>Work on whole tables of PostgreSQL, which takes longer than a statement of a request may: here a second, in life half a minute.</summary>
public sealed class SlowTablesTests
{
    private const string Impatient = ";Command Timeout=1";
    private readonly string _name = "s_" + Guid.NewGuid().ToString("N")[..12];

    [Fact]
    public async Task Books_of_any_length_are_verified()
    {
        var server = await PostgreSqlServer.SharedAsync();
        await using (var gateway = await TestGateway.StartAsync(settings: $"Pictor:Storage:PostgreSql={await server.DatabaseAsync(_name)}"))
        {
            using var made = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x" });
            made.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        var told = new StringWriter();
        await WhileLockedAsync(
            server,
            "ledger_entries",
            async () => (await LedgerVerb.RunAsync(["verify", "--postgresql", server.Connection(_name) + Impatient], told, CancellationToken.None)).ShouldBe(0));
        told.ToString().ShouldContain("The books balance.");
    }

    [Fact]
    public async Task An_index_over_a_table_of_any_size_is_made()
    {
        var server = await PostgreSqlServer.SharedAsync();
        await server.DatabaseAsync(_name);
        await using var dialect = Dialect(server);
        var migrator = new Migrator(dialect, TimeProvider.System);
        await migrator.MigrateAsync(CancellationToken.None);
        await server.ExecuteAsync(_name, "DROP INDEX jobs_by_end; DELETE FROM migrations WHERE number = 9");
        await WhileLockedAsync(server, "jobs", () => migrator.MigrateAsync(CancellationToken.None));
        (await server.ExecuteAsync(_name, "SELECT COUNT(*) FROM pg_indexes WHERE indexname = 'jobs_by_end'")).ShouldBe(1L);
    }

    [Fact]
    public async Task A_new_column_waits_for_a_dump_and_nobody_waits_behind_it()
    {
        var server = await PostgreSqlServer.SharedAsync();
        await server.DatabaseAsync(_name);
        await using var dialect = Dialect(server);
        var migrator = new Migrator(dialect, TimeProvider.System);
        await migrator.MigrateAsync(CancellationToken.None);
        await server.ExecuteAsync(_name, "ALTER TABLE assets DROP COLUMN quality; DELETE FROM migrations WHERE number = 12");

        // What a dump holds until its end.
        await using var dump = await server.OpenAsync(_name);
        await PostgreSqlServer.ExecuteAsync(dump, "BEGIN; LOCK TABLE assets IN ACCESS SHARE MODE");
        var running = migrator.MigrateAsync(CancellationToken.None);
        await Eventually.TrueAsync(async () => running.IsCompleted || await server.ExecuteAsync(_name, "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)") is true);
        (await server.ExecuteAsync(_name, "SELECT COUNT(*) FROM assets").WaitAsync(Eventually.Patience)).ShouldBe(0L);
        running.IsCompleted.ShouldBeFalse("it gave up");
        await PostgreSqlServer.ExecuteAsync(dump, "COMMIT");
        await running;
        (await server.ExecuteAsync(_name, "SELECT COUNT(*) FROM migrations WHERE number = 12")).ShouldBe(1L);
    }

    [Fact]
    public async Task Tables_of_any_size_are_moved()
    {
        Assert.SkipWhen(PostgreSqlServer.IsWanted, "needs a gateway on SQLite to move away from");
        var folder = Directory.CreateTempSubdirectory("pictor-slow-").FullName;
        await using (var gateway = await TestGateway.StartAsync(folder: folder))
        {
            using var made = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x" });
            made.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        var server = await PostgreSqlServer.SharedAsync();
        await server.DatabaseAsync(_name);
        await using (var dialect = Dialect(server))
        {
            await new Migrator(dialect, TimeProvider.System).MigrateAsync(CancellationToken.None);
        }

        // As the check of millions of keys behind the last row.
        await server.ExecuteAsync(_name, "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(2.5); RETURN NULL; END'");
        await server.ExecuteAsync(_name, "CREATE TRIGGER slow AFTER INSERT ON jobs FOR EACH STATEMENT EXECUTE FUNCTION slow()");
        (await StorageVerb.RunAsync(["move", "--to", server.Connection(_name) + Impatient, "--data", folder], TextWriter.Null, CancellationToken.None)).ShouldBe(0);
        (await server.ExecuteAsync(_name, "SELECT COUNT(*) FROM jobs")).ShouldBe(1L);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_statement_of_a_request_has_its_time_from_the_connection_string()
    {
        var server = await PostgreSqlServer.SharedAsync();
        await server.DatabaseAsync(_name);
        await using var dialect = Dialect(server);
        await using var reader = await dialect.OpenReaderAsync(CancellationToken.None);
        await using var command = reader.CreateCommand();
        command.CommandTimeout.ShouldBe(1);
        await using var writer = await dialect.OpenWriterAsync(CancellationToken.None);
        (await PostgreSqlServer.ExecuteAsync((NpgsqlConnection)writer.Connection, "SHOW statement_timeout")).ShouldBe("1s");
        await using var usual = new PostgreSqlDialect(Options.Create(new StorageOptions { PostgreSql = server.Connection(_name) }));
        await using var other = await usual.OpenWriterAsync(CancellationToken.None);
        (await PostgreSqlServer.ExecuteAsync((NpgsqlConnection)other.Connection, "SHOW statement_timeout")).ShouldBe("30s");
    }

    private PostgreSqlDialect Dialect(PostgreSqlServer server) => new(Options.Create(new StorageOptions { PostgreSql = server.Connection(_name) + Impatient }));

    // Lets go of the table when the work has waited for it for twice its limit, or has given up.
    private async Task WhileLockedAsync(PostgreSqlServer server, string table, Func<Task> work)
    {
        await using var holder = await server.OpenAsync(_name);
        await PostgreSqlServer.ExecuteAsync(holder, $"BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE");
        var running = work();
        await Eventually.TrueAsync(async () => running.IsCompleted || await server.ExecuteAsync(
            _name, "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND clock_timestamp() - query_start > interval '2 s')") is true);
        running.IsCompleted.ShouldBeFalse("it gave up");
        await PostgreSqlServer.ExecuteAsync(holder, "COMMIT");
        await running;
    }
}
