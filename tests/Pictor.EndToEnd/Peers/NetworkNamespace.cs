using System.Globalization;

namespace Pictor.EndToEnd.Peers;

/// <summary>
/// A network of its own with one cable to this machine's: a server inside is on another machine as far as packets go. Needs root and
/// Linux (ip-netns(8), veth(4)).
/// </summary>
internal sealed class NetworkNamespace : IAsyncDisposable
{
    private readonly string _near;
    private readonly string _far;

    private NetworkNamespace(string id, string address) => (Name, _near, _far, Address) = ("pictor-" + id, "pn" + id, "pf" + id, address);

    public string Name { get; }

    /// <summary>Of the far end, where the server is.</summary>
    public string Address { get; }

    public static async Task<NetworkNamespace> CreateAsync()
    {
        // Of an interface's name, 15 characters count; two addresses of a network of four.
        var subnet = string.Create(CultureInfo.InvariantCulture, $"10.213.{Environment.ProcessId & 255}");
        var made = new NetworkNamespace(Guid.NewGuid().ToString("N")[..8], subnet + ".2");
        await IpAsync("netns", "add", made.Name);
        await IpAsync("link", "add", made._near, "type", "veth", "peer", "name", made._far, "netns", made.Name);
        await IpAsync("address", "add", subnet + ".1/30", "dev", made._near);
        await IpAsync("link", "set", made._near, "up");
        await IpAsync("-n", made.Name, "address", "add", made.Address + "/30", "dev", made._far);
        await made.MendAsync();
        return made;
    }

    /// <summary>Pulls the cable at the far end: nothing is refused or reset, it is just not there any more.</summary>
    public Task CutAsync() => IpAsync("-n", Name, "link", "set", _far, "down");

    public Task MendAsync() => IpAsync("-n", Name, "link", "set", _far, "up");

    // The cable goes with its end.
    public async ValueTask DisposeAsync() => await IpAsync("netns", "delete", Name);

    private static async Task IpAsync(params string[] arguments) => (await Shell.RunAsync("/", null, "ip", arguments)).Lines();
}
