using System.Globalization;
using System.Net.Sockets;
using Pictor.Tests;

namespace Pictor.EndToEnd.Peers;

/// <summary>Debian's PgBouncer on loopback, in front of a PostgreSQL.</summary>
internal sealed class PgBouncer : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Peer _process;

    private PgBouncer(PostgreSqlServer server, string mode)
    {
        Port = Loopback.FreePorts(1)[0];
        var configuration = _folder.PathOf("pgbouncer.ini");
        File.WriteAllText(
            configuration,
            string.Create(CultureInfo.InvariantCulture, $"""
              [databases]
              * = host=127.0.0.1 port={server.Port} user=postgres
              [pgbouncer]
              listen_addr = 127.0.0.1
              listen_port = {Port}
              unix_socket_dir =
              auth_type = any
              pool_mode = {mode}
              default_pool_size = 60
              """));

        // It refuses to run as root.
        string[] command = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", Program, configuration] : [Program, configuration];
        if (Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder.Root, (UnixFileMode)0b111_101_101);
        }

        _process = new Peer(command[0], command[1..], "/");
    }

    public int Port { get; }

    // Debian has it where only administrators look.
    private static string Program => File.Exists("/usr/sbin/pgbouncer") ? "/usr/sbin/pgbouncer" : "pgbouncer";

    /// <param name="server">What it stands in front of.</param>
    /// <param name="mode">For how long a client has a connection of the server: <c>session</c>, <c>transaction</c>.</param>
    public static async Task<PgBouncer> StartAsync(PostgreSqlServer server, string mode)
    {
        var pooler = new PgBouncer(server, mode);
        await pooler._process.UntilAsync(pooler.AnswersAsync, "PgBouncer (Debian: pgbouncer)");
        return pooler;
    }

    public void Dispose()
    {
        _process.Dispose();
        _folder.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
