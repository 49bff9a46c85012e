using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pictor.Tests.Upstream;

/// <summary>A peer on loopback that does on the socket exactly what a test says, and counts who came.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<TcpListener> _listeners = [];
    private readonly List<Task> _loops = [];
    private readonly ConcurrentBag<Task> _exchanges = [];
    private readonly Func<RawExchange, Task> _answer;
    private readonly ConcurrentDictionary<EndPoint, TaskCompletionSource> _fences = [];
    private int _connections;

    public RawServer(Func<RawExchange, Task> answer, bool alsoIPv6 = false)
    {
        _answer = answer;
        Listen(IPAddress.Loopback, 0);
        Port = ((IPEndPoint)_listeners[0].LocalEndpoint).Port;
        if (alsoIPv6 && Socket.OSSupportsIPv6)
        {
            Listen(IPAddress.IPv6Loopback, Port);
        }
    }

    public int Port { get; }

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Every request that was read, head and body.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public string Address => $"http://127.0.0.1:{Port}";

    /// <summary>Counts and hangs up: nobody should ever come.</summary>
    public static RawServer Canary() => new(_ => Task.CompletedTask, alsoIPv6: true);

    /// <summary>Answers every request with the same text.</summary>
    public static RawServer Saying(string answer) => new(async exchange =>
    {
        await exchange.ReadRequestAsync();
        await exchange.WriteAsync(answer);
    });

    /// <summary>Counts also those that wait to be accepted: they stand in front of the connection made here.</summary>
    public async Task<int> CountAllAsync()
    {
        foreach (var endpoint in _listeners.Select(listener => (IPEndPoint)listener.LocalEndpoint))
        {
            using var fence = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            fence.Bind(new IPEndPoint(endpoint.Address, 0));
            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _fences[fence.LocalEndPoint!] = seen;
            await fence.ConnectAsync(endpoint);
            await seen.Task;
        }

        return Connections;
    }

    public async ValueTask DisposeAsync()
    {
        await StopListeningAsync();
        foreach (var exchange in _exchanges)
        {
            await exchange;
        }

        _stopping.Dispose();
    }

    public async Task StopListeningAsync()
    {
        await _stopping.CancelAsync();
        await CloseDoorAsync();
    }

    /// <summary>Takes no new connection and lets those that are open go on.</summary>
    public async Task CloseDoorAsync()
    {
        _listeners.ForEach(listener => listener.Dispose());
        await Task.WhenAll(_loops);
    }

    private void Listen(IPAddress address, int port)
    {
        var listener = new TcpListener(address, port);
        listener.Start();
        _listeners.Add(listener);
        _loops.Add(Task.Run(() => AcceptAsync(listener)));
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptSocketAsync(_stopping.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            if (_fences.TryRemove(socket.RemoteEndPoint!, out var fence))
            {
                socket.Dispose();
                fence.SetResult();
                continue;
            }

            var number = Interlocked.Increment(ref _connections);
            _exchanges.Add(Task.Run(() => ServeAsync(socket, number)));
        }
    }

    private async Task ServeAsync(Socket socket, int number)
    {
        using (socket)
        {
            try
            {
                await _answer(new RawExchange(this, socket, number, _stopping.Token));
            }
            catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // The other side hung up, or the test is over.
            }
        }
    }
}

/// <summary>One connection that a <see cref="RawServer"/> took.</summary>
internal sealed class RawExchange(RawServer server, Socket socket, int number, CancellationToken stopping)
{
    public Stream Stream { get; set; } = new NetworkStream(socket);

    public RawServer Server => server;

    /// <summary>1 for the first connection.</summary>
    public int Number => number;

    public CancellationToken Stopping => stopping;

    public async Task<string> ReadRequestAsync()
    {
        var head = await ReadHeadAsync();
        var length = 0;
        foreach (var line in head.Split("\r\n").Where(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)))
        {
            length = int.Parse(line.AsSpan(15), NumberStyles.AllowLeadingWhite);
        }

        var body = new byte[length];
        await Stream.ReadExactlyAsync(body, stopping);
        var request = head + Encoding.UTF8.GetString(body);
        server.Requests.Enqueue(request);
        return request;
    }

    public async Task<string> ReadHeadAsync()
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await Stream.ReadExactlyAsync(one, stopping);
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    public Task WriteAsync(string text) => WriteAsync(Encoding.UTF8.GetBytes(text));

    public async Task WriteAsync(byte[] bytes)
    {
        await Stream.WriteAsync(bytes, stopping);
        await Stream.FlushAsync(stopping);
    }

    /// <summary>Ends the connection with RST instead of FIN.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    /// <summary>Keeps the connection open until the other side or the test ends it.</summary>
    public async Task HoldAsync()
    {
        var buffer = new byte[1024];
        while (await Stream.ReadAsync(buffer, stopping) > 0)
        {
        }
    }
}
