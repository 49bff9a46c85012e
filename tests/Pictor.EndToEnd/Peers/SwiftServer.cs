using System.Globalization;

namespace Pictor.EndToEnd.Peers;

/// <summary>OpenStack Swift with its S3 door on loopback: an S3 store that checks signatures and clocks, with the bucket <c>pictures</c>.</summary>
public sealed class SwiftServer : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly int[] _ports = Loopback.FreePorts(5);
    private Peer? _servers;
    private Peer? _wrong;

    public Uri Endpoint => new($"http://127.0.0.1:{_ports[0]}");

    /// <summary>A door to the same pictures whose clock is an hour ahead.</summary>
    public async Task<Uri> WithWrongClockAsync()
    {
        _wrong ??= await StartAsync("--clock", "3600");
        return new Uri($"http://127.0.0.1:{_ports[4]}");

        Task<Peer> StartAsync(params string[] arguments) => RunAsync([_ports[4].ToString(CultureInfo.InvariantCulture), .. arguments]);
    }

    public async ValueTask InitializeAsync() =>
        _servers = await RunAsync([.. _ports[..4].Select(port => port.ToString(CultureInfo.InvariantCulture))]);

    public ValueTask DisposeAsync()
    {
        _wrong?.Dispose();
        _servers?.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>How the gateway is told to use it.</summary>
    internal static (string Name, string? Value)[] Settings(Uri endpoint, params (string Name, string? Value)[] more) =>
    [
        ("Pictor__Assets__S3__Endpoint", endpoint.GetLeftPart(UriPartial.Authority)),
        ("Pictor__Assets__S3__Region", "eu-test-1"),
        ("Pictor__Assets__S3__Bucket", "pictures"),
        ("Pictor__Assets__S3__Prefix", "made/here/"),
        ("Pictor__Assets__S3__AccessKey", "test:tester"),
        ("Pictor__Assets__S3__SecretKey", "testing"),
        ("Pictor__Assets__S3__MoveEvery", "00:00:01"),
        .. more,
    ];

    private async Task<Peer> RunAsync(string[] arguments)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Peers", "swift_server.py");
        var peer = new Peer("/usr/bin/python3", [script, _folder.Root, .. arguments], _folder.Root);
        await peer.UntilAsync(() => Task.FromResult(peer.Output.Contains("ready", StringComparison.Ordinal)), "Swift (Debian: swift-proxy, swift-account, swift-container, swift-object)");
        return peer;
    }
}
