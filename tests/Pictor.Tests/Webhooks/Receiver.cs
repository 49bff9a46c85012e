using System.Collections.Concurrent;
using Pictor.Tests.Upstream;

namespace Pictor.Tests.Webhooks;

/// <summary>A receiver of deliveries on loopback that answers as a test says and keeps what came.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly RawServer _server;

    /// <param name="answer">The whole answer to the request with this number, from 1.</param>
    public Receiver(Func<int, string> answer)
    {
        _server = new RawServer(async exchange =>
        {
            var text = await exchange.ReadRequestAsync();
            var came = new Received(text);
            var number = 0;
            lock (Came)
            {
                Came.Enqueue(came);
                number = Came.Count;
            }

            await exchange.WriteAsync(answer(number));
        });
    }

    public ConcurrentQueue<Received> Came { get; } = new();

    public string Url => _server.Address + "/hook?token=in-the-url";

    /// <summary>The setting that lets the gateway reach it.</summary>
    public string Allowed => $"Pictor:Upstream:Allow:r{_server.Port}=127.0.0.1/32:{_server.Port}";

    public static string Saying(int status, string more = "") => $"HTTP/1.1 {status} X\r\n{more}Content-Length: 2\r\nConnection: close\r\n\r\nok";

    public Task CameAsync(int count) => Eventually.TrueAsync(() => Came.Count >= count);

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}

/// <summary>One request as it came.</summary>
internal sealed class Received(string text)
{
    private readonly string _head = text.Split("\r\n\r\n", 2)[0];

    public string Text => text;

    public string Body => text.Split("\r\n\r\n", 2)[1];

    public string? Header(string name) =>
        _head.Split("\r\n").FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)) is { } line ? line[(name.Length + 1)..].Trim() : null;
}
