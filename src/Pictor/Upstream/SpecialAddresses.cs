using System.Net;
using System.Net.Sockets;

namespace Pictor.Upstream;

/// <summary>Tells addresses of the public internet from everything else: what is not known to be public is not.</summary>
internal static class SpecialAddresses
{
    // IANA IPv4 Special-Purpose Address Registry, whole; plus multicast and one address of a cloud's host.
    private static readonly IPNetwork[] V4 = Networks(
        "0.0.0.0/8",          // this host
        "10.0.0.0/8",         // private use
        "100.64.0.0/10",      // carrier-grade NAT; also a cloud's metadata (100.100.100.200)
        "127.0.0.0/8",        // loopback
        "168.63.129.16/32",   // the host service of Azure machines, which has a public number
        "169.254.0.0/16",     // link local, metadata
        "172.16.0.0/12",      // private use
        "192.0.0.0/24",       // IETF protocol assignments; also a cloud's metadata (192.0.0.192)
        "192.0.2.0/24",       // documentation
        "192.31.196.0/24",    // AS112
        "192.52.193.0/24",    // AMT
        "192.88.99.0/24",     // 6to4 relays, deprecated
        "192.168.0.0/16",     // private use
        "192.175.48.0/24",    // AS112
        "198.18.0.0/15",      // benchmarking
        "198.51.100.0/24",    // documentation
        "203.0.113.0/24",     // documentation
        "224.0.0.0/4",        // multicast
        "240.0.0.0/4");       // reserved, limited broadcast

    // The blocks of the IPv6 registry that lie inside 2000::/3; everything outside it is refused as a whole.
    private static readonly IPNetwork[] V6 = Networks(
        "2001::/23",          // IETF protocol assignments: Teredo, benchmarking, ORCHID, DRIP
        "2001:db8::/32",      // documentation
        "2002::/16",          // 6to4: an IPv4 address in disguise
        "2620:4f:8000::/48",  // AS112
        "3fff::/20");         // documentation

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>True only for an address that a packet to the open internet may carry.</summary>
    public static bool IsPublic(IPAddress address)
    {
        address = Plain(address);
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return !In(V4, address);
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6 || address.ScopeId != 0)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return Nat64.Contains(address)
            ? IsPublic(new IPAddress(bytes[12..]))
            : GlobalUnicast.Contains(address) && !In(V6, address) && !IsIsatap(bytes);
    }

    /// <summary>The IPv4 address where an IPv6 one only wraps it (<c>::ffff:a.b.c.d</c>), else the address itself.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    // RFC 5214: the interface id 0000:5efe or 0200:5efe is followed by an IPv4 address that a tunnel would go to.
    private static bool IsIsatap(ReadOnlySpan<byte> bytes) =>
        bytes[8] is 0x00 or 0x02 && bytes[9] == 0x00 && bytes[10] == 0x5e && bytes[11] == 0xfe;

    private static bool In(IPNetwork[] networks, IPAddress address) => Array.Exists(networks, network => network.Contains(address));

    private static IPNetwork[] Networks(params string[] texts) => Array.ConvertAll(texts, IPNetwork.Parse);
}
