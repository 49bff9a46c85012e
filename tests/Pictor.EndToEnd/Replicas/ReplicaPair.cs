using System.Net;
using System.Text.Json;
using Pictor.FakeUpstreams;
using Pictor.Tests;

namespace Pictor.EndToEnd.Replicas;

/// <summary>Two gateway processes on one PostgreSQL and one shared folder, with a fake vendor behind a channel, and what a test asks of them.</summary>
internal sealed class ReplicaPair : IAsyncDisposable
{
    private const string MasterKey = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    private readonly TemporaryFolder _folder = new();
    private readonly (string Name, string? Value)[] _settings;
    private int _made;

    private ReplicaPair(PostgreSqlServer server, string database, FakeUpstream fake, (string Name, string? Value)[] settings) =>
        (Server, Database, Fake, _settings) = (server, database, fake, settings);

    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(3);

    /// <summary>Where the tables are now: another one behind a failover.</summary>
    public PostgreSqlServer Server { get; set; }

    public string Database { get; }

    public FakeUpstream Fake { get; }

    /// <summary>As whom the gateways call the database.</summary>
    private string User { get; init; } = "postgres";

    /// <summary>Where the gateways look for the database, in the words of a connection string; null for the server itself.</summary>
    private string? Hosts { get; init; }

    public GatewayProcess A { get; set; } = null!;

    public GatewayProcess B { get; set; } = null!;

    /// <param name="task">How long the vendor takes for a picture.</param>
    /// <param name="server">Null takes the one that all tests share.</param>
    /// <param name="port">Where replica A finds the database: through a proxy.</param>
    /// <param name="host">Where replica A finds the database: over a network.</param>
    /// <param name="user">As whom the gateways call the database.</param>
    /// <param name="hosts">Where they look for it, as <c>Host=a:1,b:2;</c> and what belongs to that; null for the server itself.</param>
    /// <param name="settings">More settings of both.</param>
    public static async Task<ReplicaPair> StartAsync(
        TimeSpan task = default, PostgreSqlServer? server = null, int? port = null, string? host = null, string user = "postgres", string? hosts = null, params (string Name, string? Value)[] settings)
    {
        server ??= await PostgreSqlServer.SharedAsync();
        var database = "e_" + Guid.NewGuid().ToString("N")[..12];
        await server.DatabaseAsync(database);
        var fake = await FakeUpstream.StartAsync(new FakeOptions { TaskTime = task });
        var pair = new ReplicaPair(server, database, fake, settings) { User = user, Hosts = hosts };

        // Both at once: their migrations take turns.
        var both = await Task.WhenAll(pair.StartOneAsync(port, host), pair.StartOneAsync());
        (pair.A, pair.B) = (both[0], both[1]);
        return pair;
    }

    public Task<GatewayProcess> StartOneAsync(int? port = null, string? host = null) => GatewayProcess.StartAsync(
        _folder.PathOf($"replica-{Interlocked.Increment(ref _made)}"),
        [
            ("Pictor__Storage__PostgreSql", Hosts is null ? Server.Connection(Database, port, host).Replace("=postgres;", $"={User};", StringComparison.Ordinal) : $"{Hosts};Username={User};Database={Database}"),
            ("Pictor__Storage__SharedFolder", _folder.PathOf("shared")),
            ("Pictor__Storage__Lease", "00:00:03"),
            ("PICTOR_MASTER_KEY", MasterKey),
            ("Pictor__Jobs__StopNotice", "00:00:01"),
            ("Pictor__Channels__fake__Provider", "bfl"),
            ("Pictor__Channels__fake__BaseUrl", Fake.BaseOf("bfl").AbsoluteUri),
            ("Pictor__Channels__fake__Credential", FakeOptions.UsualCredential),
            ("Pictor__Channels__fake__Models", "flux-kontext-pro"),
            ("Pictor__Upstream__Allow__fake", "127.0.0.0/8:*"),
            .. _settings,
        ]);

    /// <summary>Word of a prompt: the vendor makes the picture when the test says <see cref="FakeUpstream.Release"/>.</summary>
    public const string Held = " until=release";

    /// <summary>Accepts a job at a replica.</summary>
    public static async Task<string> SubmitAsync(GatewayProcess replica, string name, HttpClient? client = null)
    {
        using var answer = await replica.GenerateAsync(new { model = "flux-kontext-pro", prompt = $"a lighthouse [fake: job={name}]", async = true }, client);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
        return (await answer.JsonAsync()).Text("id");
    }

    public static async Task<List<string>> SubmitAsync(GatewayProcess replica, int count, string prefix) =>
        [.. await Task.WhenAll(Enumerable.Range(0, count).Select(number => SubmitAsync(replica, $"{prefix}-{number}")))];

    public static async Task<JsonElement> EndAsync(GatewayProcess replica, string id)
    {
        for (var tries = 0; ; tries++)
        {
            using var answer = await replica.Client.GetAsync($"/v1/images/generations/{id}?wait=60");
            var job = await answer.JsonAsync();
            if (tries == 4 || (answer.IsSuccessStatusCode && job.Text("status") is not ("queued" or "running")))
            {
                return job;
            }
        }
    }

    public Task<object?> SqlAsync(string sql) => Server.ExecuteAsync(Database, sql);

    /// <summary>Waits until each replica has prolonged its lease once more, and so knows of the other.</summary>
    public async Task MetAsync()
    {
        var latest = (long)(await SqlAsync("SELECT MAX(lease_until) FROM replicas"))!;
        await Poll.UntilAsync(async () => (bool)(await SqlAsync($"SELECT COUNT(*) = 2 AND MIN(lease_until) > {latest} FROM replicas"))!, Patience, "the replicas to know each other");
    }

    /// <summary>No job was paid for twice, by the vendor's own record.</summary>
    public void ShouldBePaidOnce() => Fake.Record.Paid.GroupBy(call => call.Job).Where(calls => calls.Count() > 1).Select(calls => calls.Key).ShouldBeEmpty();

    /// <summary>The books, recomputed by a process of its own.</summary>
    public async Task ShouldBalanceAsync()
    {
        var result = await Shell.RunAsync(_folder.Root, null, GatewayProcess.Executable, "ledger", "verify", "--postgresql", Server.Connection(Database));
        result.ExitCode.ShouldBe(0, result.Output + result.Errors);
    }

    public async ValueTask DisposeAsync()
    {
        await A.DisposeAsync();
        await B.DisposeAsync();
        await Fake.DisposeAsync();
        _folder.Dispose();
    }
}
