using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Pictor.FakeUpstreams;

/// <summary>All fake vendors in one Kestrel: their own origin, a second one for pictures, and a record that judges.</summary>
public sealed class FakeUpstream : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, bool> _releases = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WebApplication _app;
    private volatile bool _isClosed;
    private int _turnedAway;

    private FakeUpstream(FakeOptions options, WebApplication app)
    {
        (Options, _app) = (options, app);
        Record = new FakeRecord(options.RecordFile);
        Pictures = new FakePictures(options.PayloadBytes);
    }

    public FakeOptions Options { get; }

    /// <summary>The vendors' own origin; a dialect's paths begin with its name: <c>/bfl/v1/…</c>.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Another origin on the same machine, where no credential may ever be shown.</summary>
    public Uri OtherAddress { get; private set; } = null!;

    /// <summary>What was called, and what was paid for.</summary>
    public FakeRecord Record { get; }

    /// <summary>Ends with the first <see cref="Release"/>: what a stream with the word <c>stream=held</c> waits for.</summary>
    public Task Released => _released.Task;

    /// <summary>How many connections and calls found the door closed.</summary>
    public int TurnedAway => Volatile.Read(ref _turnedAway);

    /// <summary>Faults for the next calls.</summary>
    public FaultQueue Faults { get; } = new();

    public FakePictures Pictures { get; }

    public static async Task<FakeUpstream> StartAsync(FakeOptions? options = null)
    {
        options ??= new FakeOptions();
        FakeUpstream fake = null!;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.Limits.MaxRequestBodySize = null;
            server.Limits.MinResponseDataRate = null;
            server.ConfigureEndpointDefaults(listen => listen.Use(next => connection => FakeConnections.HandleAsync(connection, next, fake)));
            if (options.Urls.Count == 0)
            {
                server.Listen(IPAddress.Loopback, 0);
                server.Listen(IPAddress.Loopback, 0);
            }
        });
        if (options.Urls.Count > 0)
        {
            builder.WebHost.UseUrls([.. options.Urls]);
        }

        var app = builder.Build();
        fake = new FakeUpstream(options, app);
        var exchange = new FakeExchange(fake, TimeProvider.System);
        foreach (var dialect in Dialects.All)
        {
            dialect.Map(app, exchange);
        }

        FakeControl.Map(app, fake);
        await app.StartAsync();
        Uri[] addresses = [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address))];
        (fake.Address, fake.OtherAddress) = (addresses[0], addresses[^1]);
        return fake;
    }

    /// <summary>The base address of a dialect: <c>http://127.0.0.1:5090/openai</c> and what follows it there.</summary>
    public Uri BaseOf(string dialect, string path = "") => new(Address, $"/{dialect}{path}");

    /// <summary>A port of loopback on which nobody listens: connection refused.</summary>
    public static Uri ClosedAddress()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return new Uri($"http://127.0.0.1:{((IPEndPoint)socket.LocalEndPoint!).Port}");
    }

    /// <summary>The link to a picture, on the other origin.</summary>
    /// <param name="picture">What it shows.</param>
    /// <param name="directives">Words with <c>at=picture</c> hold for its fetching; a word <c>link</c> is given back in its place.</param>
    public string LinkTo(FakePicture picture, Directives directives)
    {
        if (directives["link"] is { } link)
        {
            return link;
        }

        var words = directives.At(Stages.Picture);
        return new Uri(OtherAddress, $"/files/{picture.FileName}{(words.IsEmpty ? "" : "?fake=" + Uri.EscapeDataString(words.ToString()))}").AbsoluteUri;
    }

    /// <summary>From now on every connection is reset and no call is taken: the vendor is gone.</summary>
    public void CloseDoor() => _isClosed = true;

    public void OpenDoor() => _isClosed = false;

    /// <summary>Lets the streams go on that are held, and the tasks with <c>until=NAME</c>.</summary>
    public void Release(string name = "release")
    {
        _releases.TryAdd(name, true);
        _released.TrySetResult();
    }

    public bool WasReleased(string name) => _releases.ContainsKey(name);

    public Task WaitForEndAsync() => _app.WaitForShutdownAsync();

    public async ValueTask DisposeAsync()
    {
        using (var now = new CancellationTokenSource())
        {
            await now.CancelAsync();
            await _app.StopAsync(now.Token);
        }

        await _app.DisposeAsync();
        Record.Dispose();
    }

    /// <summary>True when the door is closed; then it is counted.</summary>
    internal bool TurnsAway()
    {
        if (_isClosed)
        {
            Interlocked.Increment(ref _turnedAway);
        }

        return _isClosed;
    }

    internal bool IsOther(int port) => OtherAddress != Address && port == OtherAddress.Port;
}
