using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

[assembly: AssemblyFixture(typeof(Pictor.Tests.PostgreSqlServer.Stopper))]

namespace Pictor.Tests;

/// <summary>
/// A real PostgreSQL on loopback with a folder of its own, started when the first test asks for it. It ends with the run, also
/// when the run is killed: its shell waits for the end of its input.
/// </summary>
internal sealed class PostgreSqlServer : IAsyncDisposable
{
    private static readonly Lazy<Task<PostgreSqlServer>> One = new(() => StartAsync());
    private readonly string _folder;
    private readonly string _data;
    private readonly string _options;
    private Process _process;

    private PostgreSqlServer(string folder, int port, string options)
    {
        (_folder, _data, Port, _options) = (folder, Path.Combine(folder, "data"), port, options);
        _process = Launch();
    }

    /// <summary>True when the tests of this run are to use PostgreSQL where they start a gateway.</summary>
    public static bool IsWanted { get; } = Environment.GetEnvironmentVariable("PICTOR_TEST_POSTGRESQL") == "1";

    public int Port { get; }

    /// <summary>The server that all tests of a run share.</summary>
    public static Task<PostgreSqlServer> SharedAsync() => One.Value;

    /// <summary>The database that belongs to a data folder: the same one when a gateway goes on from it.</summary>
    public static async Task<string> DatabaseOfAsync(string dataFolder)
    {
        var name = Path.GetFileName(dataFolder.TrimEnd('/')).ToLowerInvariant().Replace('-', '_');
        return await (await SharedAsync()).DatabaseAsync("t_" + name + "_" + (uint)dataFolder.GetHashCode(StringComparison.Ordinal));
    }

    /// <param name="durable">False for a server whose data need not survive the machine.</param>
    public static async Task<PostgreSqlServer> StartAsync(bool durable = false)
    {
        var folder = Directory.CreateTempSubdirectory("pictor-postgresql-").FullName;
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", "postgres", folder);
        }

        await RunAsync(AsOwner(Tool("initdb"), "-D", Path.Combine(folder, "data"), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync"));
        var server = new PostgreSqlServer(folder, FreePort(), durable ? "" : " -c fsync=off");
        await server.ReadyAsync();
        return server;
    }

    /// <summary>A connection string.</summary>
    public string Connection(string database, int? port = null) => $"Host=127.0.0.1;Port={port ?? Port};Username=postgres;Database={database}";

    /// <summary>Makes a database where there is none of that name.</summary>
    public async Task<string> DatabaseAsync(string name)
    {
        await using var connection = await OpenAsync("postgres");
        try
        {
            await ExecuteAsync(connection, $"CREATE DATABASE {name}");
        }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.DuplicateDatabase)
        {
            // Made by a gateway before.
        }

        return Connection(name);
    }

    public async Task<NpgsqlConnection> OpenAsync(string database)
    {
        var connection = new NpgsqlConnection(Connection(database) + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    public static async Task<object?> ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The tests' own statements.
        command.CommandText = sql;
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync();
    }

    public async Task<object?> ExecuteAsync(string database, string sql)
    {
        await using var connection = await OpenAsync(database);
        return await ExecuteAsync(connection, sql);
    }

    /// <summary>Stops at once, as a failing machine would have it ("immediate": no checkpoint, clients are cut off).</summary>
    public async Task StopAsync()
    {
        await RunAsync(AsOwner(Tool("pg_ctl"), "-D", _data, "-m", "immediate", "-w", "stop"));
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    public async Task StartAgainAsync()
    {
        _process = Launch();
        await ReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Process Launch()
    {
        // Its own shell ends it when the input ends, which happens whatever becomes of the test process.
        var server = string.Join(' ', AsOwner(Tool("postgres"), "-D", _data, "-p", $"{Port}", "-k", _folder, "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=400"));
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"exec 3<&0; {server}{_options} </dev/null 3<&- >>'{_folder}/log' 2>&1 & p=$!; (cat <&3 >/dev/null; kill -QUIT $p) & wait $p; kill $! 2>/dev/null"]) { UseShellExecute = false, RedirectStandardInput = true };
        return Process.Start(start)!;
    }

    private async Task ReadyAsync() =>
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                await using var connection = await OpenAsync("postgres");
                return true;
            }
            catch (NpgsqlException)
            {
                return false;
            }
        });

    private static string[] AsOwner(params string[] command) =>
        Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", .. command] : command;

    private static string Tool(string name) =>
        Directory.EnumerateDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin", name)).Last(File.Exists);

    private static async Task RunAsync(params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, errors);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>Ends the shared server behind the last test.</summary>
    public sealed class Stopper : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            if (One.IsValueCreated)
            {
                await (await One.Value).DisposeAsync();
            }
        }
    }
}
