using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Pictor.Upstream;

/// <summary>Makes the handlers; nothing else in the gateway opens a connection.</summary>
internal static class UpstreamHandlers
{
    /// <summary>For addresses that a stranger chose.</summary>
    public static SocketsHttpHandler Guarded(AddressGuard guard, GuardedPorts ports, UpstreamOptions options) => new()
    {
        ConnectCallback = (context, cancellationToken) => guard.ConnectAsync(context.DnsEndPoint, ports, cancellationToken),
        // No connection is used twice: every request is judged by its own look-up and its own ports.
        PooledConnectionLifetime = TimeSpan.Zero,
        ConnectTimeout = options.ConnectTimeout + options.ResolveTimeout,
        UseProxy = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        PreAuthenticate = false,
        ActivityHeadersPropagator = null,
        MaxResponseHeadersLength = 32,
        MaxResponseDrainSize = 0,
        EnableMultipleHttp2Connections = false,
        SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = WithoutDownloads() },
    };

    /// <summary>For the operator's own channels.</summary>
    public static SocketsHttpHandler Channel(UpstreamOptions options) => new()
    {
        ConnectCallback = ConnectAsync,
        ConnectTimeout = options.ConnectTimeout,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        // Shorter than load balancers keep idle connections: a paid call that meets a closing one has an unknown outcome.
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
        UseProxy = false,
        // A 307 would send a paid POST and its credential again, to somebody else.
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        MaxResponseHeadersLength = 64,
        ActivityHeadersPropagator = null,
    };

    // A stranger's certificate names addresses of issuers and of revocation lists, which the platform would ask past the guard.
    private static X509ChainPolicy WithoutDownloads() => new()
    {
        DisableCertificateDownloads = true,
        RevocationMode = X509RevocationMode.NoCheck,
        VerificationFlags = X509VerificationFlags.NoFlag,
    };

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // A picture takes minutes in which no byte flows; without probes a NAT forgets the connection.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
