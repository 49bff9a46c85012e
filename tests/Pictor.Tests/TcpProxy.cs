using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Pictor.Tests;

/// <summary>The network between a replica and its database, which can be cut, frozen or slow.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, TcpClient> _pairs = new();
    private readonly CancellationTokenSource _end = new();
    private readonly int _target;
    private readonly Task _loop;
    private volatile bool _isCut;
    private volatile bool _isFrozen;
    private long _delayTicks;

    public TcpProxy(int target)
    {
        _target = target;
        _listener.Start();
        _loop = AcceptAsync();
    }

    /// <summary>Passes on what contains this, once, and cuts that connection when the answer comes, which nobody gets.</summary>
    public byte[]? LastWords { get; set; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What each piece of data waits, either way.</summary>
    public TimeSpan Delay
    {
        get => new(Interlocked.Read(ref _delayTicks));
        set => Interlocked.Exchange(ref _delayTicks, value.Ticks);
    }

    /// <summary>Lets no new connection through; those that are there go on.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Ends every connection and lets no new one through.</summary>
    public void Cut()
    {
        _isCut = true;
        Reset();
    }

    /// <summary>Nothing passes any more, and nobody is told: as when a cable is pulled.</summary>
    public void Freeze() => _isFrozen = true;

    /// <summary>As it was; connections that were frozen are gone.</summary>
    public void Mend()
    {
        Reset();
        (_isCut, _isFrozen) = (false, false);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        Reset();
        await _loop;
        _end.Dispose();
    }

    private void Reset()
    {
        foreach (var (client, server) in _pairs)
        {
            client.Client?.Close(0);
            server.Client?.Close(0);
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = PassAsync(await _listener.AcceptTcpClientAsync(_end.Token));
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                if (_isCut || IsClosed)
                {
                    return;
                }

                await server.ConnectAsync(IPAddress.Loopback, _target, _end.Token);
                (client.NoDelay, server.NoDelay) = (true, true);
                _pairs[client] = server;
                if (_isCut)
                {
                    // Cut while it was on its way: it was in no list yet.
                    return;
                }

                var isOver = new StrongBox<bool>();
                await Task.WhenAny(CopyAsync(client, server, isOver, isClient: true), CopyAsync(server, client, isOver, isClient: false));
            }
            catch (Exception fault) when (fault is IOException or SocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
            {
                // One side is gone: so is the other.
            }
            finally
            {
                _pairs.TryRemove(client, out _);
            }
        }
    }

    // A cut at once would be a reset, which can overtake what was just passed on.
    private async Task CopyAsync(TcpClient from, TcpClient to, StrongBox<bool> isOver, bool isClient)
    {
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await from.GetStream().ReadAsync(buffer, _end.Token)) > 0)
        {
            if (Delay > TimeSpan.Zero)
            {
                await Task.Delay(Delay, _end.Token);
            }

            while (_isFrozen)
            {
                await Task.Delay(50, _end.Token);
            }

            if (isOver.Value)
            {
                return;
            }

            if (isClient && LastWords is { } words && buffer.AsSpan(0, read).IndexOf(words) >= 0)
            {
                LastWords = null;
                isOver.Value = true;
            }

            await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _end.Token);
        }
    }
}
