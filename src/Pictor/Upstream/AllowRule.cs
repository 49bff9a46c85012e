using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Pictor.Upstream;

/// <summary>One entry of the operator's list of addresses inside private networks that strangers' links may lead to.</summary>
internal sealed record AllowRule(IPNetwork Network, int FirstPort, int LastPort)
{
    public bool CoversPort(int port) => port >= FirstPort && port <= LastPort;

    public bool Covers(IPAddress address, int port) => CoversPort(port) && Network.Contains(SpecialAddresses.Plain(address));

    /// <summary>Reads <c>CIDR:PORT</c>, <c>CIDR:FROM-TO</c> or <c>CIDR:*</c>; IPv6 as <c>[::1]/128:80</c>; no prefix means one address.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out AllowRule? rule, [NotNullWhen(false)] out string? mistake)
    {
        rule = null;
        var colon = text?.LastIndexOf(':') ?? -1;
        if (colon <= 0 || (text![0] == '[' && colon < text.IndexOf(']', StringComparison.Ordinal)))
        {
            mistake = "is not CIDR:PORT, CIDR:FROM-TO or CIDR:* (IPv6: [::1]/128:80)";
            return false;
        }

        if (!TryParseNetwork(text[..colon], out var network, out mistake))
        {
            return false;
        }

        if (!TryParsePorts(text[(colon + 1)..], out var first, out var last))
        {
            mistake = "needs a port from 1 to 65535, a range FROM-TO, or * after the last colon";
            return false;
        }

        rule = new AllowRule(network, first, last);
        return true;
    }

    private static bool TryParseNetwork(string text, out IPNetwork network, [NotNullWhen(false)] out string? mistake)
    {
        network = default;
        mistake = "does not start with an address block like 10.0.0.0/8 or [fd00::]/8";
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var host = slash < 0 ? text : text[..slash];
        var bracketed = host.StartsWith('[') && host.EndsWith(']');
        if (!IPAddress.TryParse(bracketed ? host[1..^1] : host, out var address) || bracketed != (address.AddressFamily == AddressFamily.InterNetworkV6))
        {
            return false;
        }

        // The parser also takes 0x7f.1 and 010.0.0.1; a list that guards a network is written plainly.
        if (address.AddressFamily == AddressFamily.InterNetwork && address.ToString() != host)
        {
            return false;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            mistake = "wraps an IPv4 address; write it as IPv4";
            return false;
        }

        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var prefix = bits;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefix) || prefix > bits))
        {
            return false;
        }

        if (prefix == 0)
        {
            mistake = "would allow every address; name the blocks that are meant";
            return false;
        }

        network = new IPNetwork(Masked(address, prefix), prefix);
        if (!network.BaseAddress.Equals(address))
        {
            mistake = "has bits set behind its prefix length";
            return false;
        }

        mistake = null;
        return true;
    }

    private static IPAddress Masked(IPAddress address, int prefix)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] &= (byte)(0xff00 >> Math.Clamp(prefix - (8 * i), 0, 8));
        }

        return new IPAddress(bytes);
    }

    private static bool TryParsePorts(string text, out int first, out int last)
    {
        if (text == "*")
        {
            (first, last) = (1, 65535);
            return true;
        }

        var dash = text.IndexOf('-', StringComparison.Ordinal);
        last = 0;
        return TryParsePort(dash < 0 ? text : text[..dash], out first)
            && TryParsePort(dash < 0 ? text : text[(dash + 1)..], out last)
            && first <= last;
    }

    private static bool TryParsePort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65535;
}
