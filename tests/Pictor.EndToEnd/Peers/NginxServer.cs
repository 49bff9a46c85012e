using System.Net;
using System.Net.Sockets;

namespace Pictor.EndToEnd.Peers;

/// <summary>Debian's nginx on loopback: a block of http in the frame that lets anybody run it.</summary>
internal sealed class NginxServer : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Peer _process;

    private NginxServer(string http, Uri address)
    {
        Address = address;
        var configuration = _folder.PathOf("nginx.conf");
        File.WriteAllText(
            configuration,
            $$"""
              daemon off;
              master_process off;
              pid {{_folder.PathOf("pid")}};
              error_log {{_folder.PathOf("error.log")}} warn;
              events { worker_connections 1024; }
              http {
                  access_log off;
                  client_body_temp_path {{_folder.PathOf("body")}};
                  proxy_temp_path {{_folder.PathOf("proxy")}};
                  fastcgi_temp_path {{_folder.PathOf("fastcgi")}};
                  uwsgi_temp_path {{_folder.PathOf("uwsgi")}};
                  scgi_temp_path {{_folder.PathOf("scgi")}};
                  {{http}}
              }
              """);
        _process = new Peer(Program, ["-p", _folder.Root, "-c", configuration], _folder.Root);
    }

    public Uri Address { get; }

    // Debian has it where only administrators look.
    private static string Program => File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";

    /// <param name="http">What stands in the block of http, for the address to listen on.</param>
    public static async Task<NginxServer> StartAsync(Func<Uri, string> http)
    {
        var address = new Uri($"http://127.0.0.1:{Loopback.FreePorts(1)[0]}");
        var server = new NginxServer(http(address), address);
        await server._process.UntilAsync(server.AnswersAsync, "nginx");
        return server;
    }

    /// <summary>As people put it in front of a gateway: all by default but for the time that it bears silence.</summary>
    /// <param name="gateway">What it stands in front of.</param>
    /// <param name="readTimeout">How long it waits for the next byte: 60 s where nobody says otherwise.</param>
    public static Task<NginxServer> InFrontOfAsync(GatewayProcess gateway, TimeSpan readTimeout) => StartAsync(address =>
        $$"""
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
          """);

    public void Dispose()
    {
        _process.Dispose();
        _folder.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Address.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
