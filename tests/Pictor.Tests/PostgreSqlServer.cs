using System.Diagnostics;
using System.Globalization;
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
    private readonly string _data;
    private readonly string _options;
    private readonly string? _networkNamespace;
    private Process _process;

    private PostgreSqlServer(string folder, int port, bool durable, string? networkNamespace = null)
    {
        (Folder, _data, Port, _options, _networkNamespace) = (folder, Path.Combine(folder, "data"), port, durable ? "" : " -c fsync=off", networkNamespace);
        _process = Launch();
    }

    /// <summary>True when the tests of this run are to use PostgreSQL where they start a gateway.</summary>
    public static bool IsWanted { get; } = Environment.GetEnvironmentVariable("PICTOR_TEST_POSTGRESQL") == "1";

    public int Port { get; }

    /// <summary>Of its data, and of its Unix socket.</summary>
    public string Folder { get; }

    /// <summary>The server that all tests of a run share.</summary>
    public static Task<PostgreSqlServer> SharedAsync() => One.Value;

    /// <summary>The database that belongs to a data folder: the same one when a gateway goes on from it.</summary>
    public static async Task<string> DatabaseOfAsync(string dataFolder)
    {
        var name = Path.GetFileName(dataFolder.TrimEnd('/')).ToLowerInvariant().Replace('-', '_');
        return await (await SharedAsync()).DatabaseAsync("t_" + name + "_" + (uint)dataFolder.GetHashCode(StringComparison.Ordinal));
    }

    /// <param name="durable">False for a server whose data need not survive the machine.</param>
    /// <param name="networkNamespace">Where it listens on all addresses; who is not in there reaches it over its Unix socket.</param>
    public static async Task<PostgreSqlServer> StartAsync(bool durable = false, string? networkNamespace = null)
    {
        var folder = await FolderAsync();
        await RunAsync(AsOwner(Tool("initdb"), "-D", Path.Combine(folder, "data"), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync"));
        if (networkNamespace is not null)
        {
            await File.AppendAllTextAsync(Path.Combine(folder, "data", "pg_hba.conf"), "host all all samenet trust\n");
        }

        var server = new PostgreSqlServer(folder, FreePort(), durable, networkNamespace);
        await server.ReadyAsync();
        return server;
    }

    /// <summary>A hot standby that streams from a primary over a slot of its own and is called <c>standby</c> there.</summary>
    /// <param name="primary">The port that it finds it at.</param>
    public static async Task<PostgreSqlServer> FollowAsync(int primary)
    {
        var folder = await FolderAsync();
        await RunAsync(AsOwner(
            Tool("pg_basebackup"), "-D", Path.Combine(folder, "data"), "-d", $"host=127.0.0.1 port={primary} user=postgres application_name=standby", "-X", "stream", "-C", "-S", "standby", "-R", "--checkpoint=fast", "--no-sync"));
        var server = new PostgreSqlServer(folder, FreePort(), durable: true);
        await server.ReadyAsync();
        return server;
    }

    /// <summary>A connection string.</summary>
    /// <param name="database">Its name.</param>
    /// <param name="port">Another way to it: a proxy's.</param>
    /// <param name="host">Another way to it: its address on a network.</param>
    public string Connection(string database, int? port = null, string? host = null) =>
        $"Host={host ?? (_networkNamespace is null ? "127.0.0.1" : Folder)};Port={port ?? Port};Username=postgres;Database={database}";

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

    /// <summary>SIGKILL for all of its processes: no last word to anybody, nothing is passed on any more.</summary>
    public async Task KillAsync()
    {
        var first = int.Parse((await File.ReadAllLinesAsync(Path.Combine(_data, "postmaster.pid")))[0], CultureInfo.InvariantCulture);
        var others = Directory.EnumerateDirectories("/proc").Select(folder => Path.GetFileName(folder)).Where(name => name.All(char.IsAsciiDigit) && ParentOf(name) == first)
            .Select(name => int.Parse(name, CultureInfo.InvariantCulture)).ToArray();
        foreach (var id in (int[])[first, .. others])
        {
            try
            {
                using var process = Process.GetProcessById(id);
                process.Kill();
            }
            catch (Exception fault) when (fault is ArgumentException or InvalidOperationException)
            {
                // Ended by itself.
            }
        }

        await _process.WaitForExitAsync();
    }

    /// <summary>Makes a standby the primary.</summary>
    public Task PromoteAsync() => RunAsync(AsOwner(Tool("pg_ctl"), "-D", _data, "-w", "promote"));

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
        Directory.Delete(Folder, recursive: true);
    }

    private Process Launch()
    {
        // Its own shell ends it when the input ends, which happens whatever becomes of the test process.
        string[] place = _networkNamespace is null ? [] : ["ip", "netns", "exec", _networkNamespace];
        var addresses = _networkNamespace is null ? "127.0.0.1" : "0.0.0.0";
        var server = string.Join(' ', [.. place, .. AsOwner(Tool("postgres"), "-D", _data, "-p", $"{Port}", "-k", Folder, "-c", $"listen_addresses={addresses}", "-c", "max_connections=400")]);
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"exec 3<&0 2>/dev/null; {server}{_options} </dev/null 3<&- >>'{Folder}/log' 2>&1 & p=$!; (cat <&3 >/dev/null; kill -QUIT $p) & wait $p; kill $! 2>/dev/null"]) { UseShellExecute = false, RedirectStandardInput = true };
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

    private static async Task<string> FolderAsync()
    {
        var folder = Directory.CreateTempSubdirectory("pictor-postgresql-").FullName;
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", "postgres", folder);
        }

        return folder;
    }

    // Behind the name, which is in brackets: the state, and whose child it is. 0 when it is gone.
    private static int ParentOf(string process)
    {
        try
        {
            return int.Parse(File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

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
