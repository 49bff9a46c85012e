using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Pictor.EndToEnd;

/// <summary>Debian's nginx in front of a gateway, as people put it there: all by default but for the time that it bears silence.</summary>
internal sealed class NginxProxy : IAsyncDisposable
{
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly TemporaryFolder _folder;

    private NginxProxy(Process process, TemporaryFolder folder, Uri address) => (_process, _folder, Address) = (process, folder, address);

    public Uri Address { get; }

    /// <param name="gateway">What it stands in front of.</param>
    /// <param name="readTimeout">How long it waits for the next byte: 60 s where nobody says otherwise.</param>
    public static async Task<NginxProxy> StartAsync(GatewayProcess gateway, TimeSpan readTimeout)
    {
        var folder = new TemporaryFolder();
        var address = FreeAddress();
        await File.WriteAllTextAsync(folder.PathOf("nginx.conf"), $$"""
            daemon off;
            master_process off;
            pid {{folder.PathOf("pid")}};
            error_log {{folder.PathOf("error.log")}} warn;
            events { worker_connections 1024; }
            http {
                access_log off;
                client_body_temp_path {{folder.PathOf("body")}};
                proxy_temp_path {{folder.PathOf("proxy")}};
                fastcgi_temp_path {{folder.PathOf("fastcgi")}};
                uwsgi_temp_path {{folder.PathOf("uwsgi")}};
                scgi_temp_path {{folder.PathOf("scgi")}};
                client_max_body_size 60m;
                server {
                    listen {{address.Authority}};
                    location / {
                        proxy_pass {{gateway.Address.GetLeftPart(UriPartial.Authority)}};
                        proxy_http_version 1.1;
                        proxy_set_header Host $http_host;
                        proxy_set_header X-Forwarded-For $remote_addr;
                        proxy_read_timeout {{(int)readTimeout.TotalSeconds}}s;
                    }
                }
            }
            """);
        var process = Process.Start(new ProcessStartInfo(Program, ["-p", folder.Root, "-c", folder.PathOf("nginx.conf")]) { UseShellExecute = false })!;
        var proxy = new NginxProxy(process, folder, address);
        await Poll.UntilAsync(
            async () => process.HasExited ? throw new InvalidOperationException($"nginx ended with {process.ExitCode}.") : await AnswersAsync(address),
            StartTime,
            "nginx to listen");
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }

    // Debian has it where only administrators look.
    private static string Program => File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";

    private static async Task<bool> AnswersAsync(Uri address)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, address.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static Uri FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }
}
