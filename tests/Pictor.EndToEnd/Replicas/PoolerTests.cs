using Pictor.EndToEnd.Peers;
using Pictor.Tests;

namespace Pictor.EndToEnd.Replicas;

/// <summary>A pooler between the replicas and PostgreSQL.</summary>
public sealed class PoolerTests
{
    [Fact]
    public async Task Behind_a_pooler_that_keeps_sessions_replicas_work_as_without_it()
    {
        var server = await PostgreSqlServer.SharedAsync();
        using var pooler = await PgBouncer.StartAsync(server, "session");
        await using var pair = await ReplicaPair.StartAsync(hosts: $"Host=127.0.0.1;Port={pooler.Port}");
        (await ReplicaPair.EndAsync(pair.B, await ReplicaPair.SubmitAsync(pair.A, "pooled"))).Text("status").ShouldBe("succeeded");
        await pair.ShouldBalanceAsync();
    }

    [Fact]
    public async Task Behind_a_pooler_that_keeps_none_a_replica_does_not_start_and_says_why()
    {
        var server = await PostgreSqlServer.SharedAsync();
        using var pooler = await PgBouncer.StartAsync(server, "transaction");
        using var folder = new TemporaryFolder();
        var name = "p_" + Guid.NewGuid().ToString("N")[..12];
        await server.DatabaseAsync(name);
        var (exitCode, lines) = await GatewayProcess.RunToEndAsync(folder.PathOf("data"), ("Pictor__Storage__PostgreSql", server.Connection(name, pooler.Port)));
        exitCode.ShouldBe(1);
        lines.ShouldContain(line => line.Contains("pool_mode=session", StringComparison.Ordinal));
    }
}
