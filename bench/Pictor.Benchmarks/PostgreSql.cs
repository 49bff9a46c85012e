using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Pictor.Benchmarks;

/// <summary>A PostgreSQL on loopback with a folder of its own and every commit synced. Its shell ends it with this process.</summary>
internal sealed class PostgreSql : IAsyncDisposable
{
    private readonly string _folder;
    private readonly int _port;
    private readonly Process _process;

    private PostgreSql(string folder, int port, Process process) => (_folder, _port, _process) = (folder, port, process);

    public static async Task<PostgreSql> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("pictor-bench-postgresql-").FullName;
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", "postgres", folder);
        }

        var data = Path.Combine(folder, "data");
        await RunAsync(AsOwner(Tool("initdb"), "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync"));
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        var server = string.Join(' ', AsOwner(Tool("postgres"), "-D", data, "-p", $"{port}", "-k", folder, "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"));
        var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"exec 3<&0 2>/dev/null; {server} </dev/null 3<&- >>'{folder}/log' 2>&1 & p=$!; (cat <&3 >/dev/null; kill -INT $p) & wait $p; kill $! 2>/dev/null"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
        })!;
        var started = new PostgreSql(folder, port, process);
        while (await ExitAsync(started.Client("pg_isready")) != 0)
        {
            await Task.Delay(50);
        }

        return started;
    }

    /// <summary>Makes a database; what leads to it.</summary>
    public async Task<string> DatabaseAsync(string name)
    {
        await RunAsync([.. Client("createdb"), name]);
        return $"Host=127.0.0.1;Port={_port};Username=postgres;Database={name}";
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string[] Client(string tool) => [Tool(tool), "-h", "127.0.0.1", "-p", $"{_port}", "-U", "postgres"];

    private static string[] AsOwner(params string[] command) =>
        Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", .. command] : command;

    private static string Tool(string name) =>
        Directory.EnumerateDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin", name)).Last(File.Exists);

    private static async Task RunAsync(params string[] command)
    {
        if (await ExitAsync(command) is not 0 and var code)
        {
            throw new InvalidOperationException($"{command[0]} ended with {code}.");
        }
    }

    private static async Task<int> ExitAsync(string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardOutput = true, WorkingDirectory = "/" })!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
