using System.Net;
using System.Net.Sockets;

namespace Pictor.Upstream;

/// <summary>Asks for names of the operator's own choice, so that a mistake is found before a request.</summary>
internal static class NameLookup
{
    /// <summary>True when the name has an address, or is one.</summary>
    public static async Task<bool> ResolvesAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            return IPAddress.TryParse(host, out _) || (await Dns.GetHostAddressesAsync(host, cancellationToken)).Length > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
