using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Pictor.Upstream;

/// <summary>Decides whether an address that a stranger chose may be asked, and dials exactly the address it looked at.</summary>
internal sealed class AddressGuard(
    IOptions<UpstreamOptions> options, TimeProvider time, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    private const int LongestLink = 8192;
    private const int MostDialled = 4;

    private readonly IReadOnlyList<AllowRule> _allow = options.Value.AllowRules();

    public AddressGuard(IOptions<UpstreamOptions> options, TimeProvider time)
        : this(options, time, Dns.GetHostAddressesAsync)
    {
    }

    /// <summary>True for an address of the open internet.</summary>
    public static bool IsPublic(IPAddress address) => SpecialAddresses.IsPublic(address);

    /// <summary>True when this very address may be dialled: the operator allowed it, or it is public and the port is usual.</summary>
    public bool MayDial(IPAddress address, int port, GuardedPorts ports) =>
        port > 0 && (_allow.Any(rule => rule.Covers(address, port)) || (IsUsual(port, ports) && IsPublic(address)));

    /// <summary>Reads a link by its form alone; where its name leads is looked at in <see cref="ConnectAsync"/>.</summary>
    public bool TryRead(string? link, GuardedPorts ports, [NotNullWhen(true)] out Uri? uri)
    {
        uri = null;
        // The text is judged before Uri sees it: Uri trims it, turns backslashes round and reads //host/x and /etc/passwd as file:.
        if (link is null || link.Length > LongestLink || !HasWebScheme(link) || HasStrangeCharacter(link) || !HasPlainAuthority(link))
        {
            return false;
        }

        if (!Uri.TryCreate(link, UriKind.Absolute, out var parsed) || !IsWeb(parsed) || parsed.UserInfo.Length > 0 || parsed.IdnHost.Trim('.').Length == 0)
        {
            return false;
        }

        if (!IsUsual(parsed.Port, ports) && !_allow.Any(rule => rule.CoversPort(parsed.Port)))
        {
            return false;
        }

        uri = parsed;
        return true;
    }

    /// <summary>Reads a Location header as seen from <paramref name="current"/>.</summary>
    public bool TryFollow(Uri current, string? location, GuardedPorts ports, [NotNullWhen(true)] out Uri? next)
    {
        next = null;
        if (string.IsNullOrEmpty(location) || location.Length > LongestLink || HasStrangeCharacter(location))
        {
            return false;
        }

        if (HasWebScheme(location))
        {
            return TryRead(location, ports, out next);
        }

        // A colon before the first slash is another scheme, or too odd to be followed.
        var end = location.AsSpan().IndexOfAny('/', '?', '#');
        return !(end < 0 ? location : location.AsSpan(0, end)).Contains(':')
            && Uri.TryCreate(current, location, out var joined)
            && TryRead(joined.AbsoluteUri, ports, out next);
    }

    /// <summary>Resolves once, refuses when any answer is unsafe, and connects to one of the addresses it looked at.</summary>
    /// <exception cref="LinkFailedException">The name does not resolve in time, or leads where it may not.</exception>
    public async ValueTask<Stream> ConnectAsync(DnsEndPoint target, GuardedPorts ports, CancellationToken cancellationToken)
    {
        var addresses = await ResolveAsync(target.Host, cancellationToken);
        if (addresses.Length == 0 || !Array.TrueForAll(addresses, address => MayDial(address, target.Port, ports)))
        {
            throw new LinkFailedException("the address is not allowed");
        }

        var candidates = addresses.Take(MostDialled).ToArray();
        Exception? last = null;
        foreach (var address in candidates)
        {
            // Each gets its share, so that one that swallows packets leaves time for the next.
            using var share = new CancellationTokenSource(options.Value.ConnectTimeout / candidates.Length, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(share.Token, cancellationToken);
            try
            {
                return await DialAsync(new IPEndPoint(SpecialAddresses.Plain(address), target.Port), either.Token);
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                last = exception;
            }
        }

        throw new LinkFailedException("the address does not take a connection", last) { MayPass = true };
    }

    private static async ValueTask<Stream> DialAsync(IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true;
            await socket.ConnectAsync(endpoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        // An empty name would be answered with the machine's own addresses.
        if (host.Trim('.').Length == 0)
        {
            return [];
        }

        if (IPAddress.TryParse(host, out var literal))
        {
            return [literal];
        }

        try
        {
            return await resolve(host, cancellationToken).WaitAsync(options.Value.ResolveTimeout, time, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LinkFailedException("the name does not resolve", exception) { MayPass = true };
        }
    }

    private static bool IsUsual(int port, GuardedPorts ports) => ports == GuardedPorts.Any ? port > 0 : port is 80 or 443 or 8080 or 8443;

    private static bool IsWeb(Uri uri) => uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps;

    private static bool HasWebScheme(string link) =>
        link.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || link.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    private static bool HasStrangeCharacter(string link) =>
        link.AsSpan().ContainsAny('\\', '\uFFFD') || link.Any(c => char.IsControl(c) || char.IsWhiteSpace(c));

    // User-info is refused even when it is empty, and escapes too: a host has no need of them.
    private static bool HasPlainAuthority(string link)
    {
        var rest = link.AsSpan(link.IndexOf("//", StringComparison.Ordinal) + 2);
        var end = rest.IndexOfAny('/', '?', '#');
        var authority = end < 0 ? rest : rest[..end];
        return authority.Length > 0 && !authority.ContainsAny('@', '%');
    }
}
