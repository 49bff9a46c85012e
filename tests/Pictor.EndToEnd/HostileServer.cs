using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pictor.EndToEnd;

/// <summary>A web server on loopback that misbehaves in the way its path names.</summary>
internal sealed class HostileServer : IAsyncDisposable
{
    public static readonly string[] Ways =
    [
        "/404", "/500", "/html", "/empty", "/text-as-png", "/cut", "/reset", "/silence", "/endless", "/endless-headers", "/drip", "/loop", "/to-file", "/to-private", "/to-nowhere",
        "/no-http", "/huge-length", "/negative-length", "/gzip", "/204", "/svg", "/chunk-garbage",
    ];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly ConcurrentBag<Task> _calls = [];
    private readonly Task _loop;

    public HostileServer()
    {
        _listener.Start();
        _loop = LoopAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Link(string way) => $"http://127.0.0.1:{Port}{way}";

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Stop();
        await _loop;
        await Task.WhenAll(_calls);
        _over.Dispose();
        _listener.Dispose();
    }

    private async Task LoopAsync()
    {
        try
        {
            while (true)
            {
                _calls.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(_over.Token)));
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException)
        {
            // The end of the test.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using var owned = client;
        try
        {
            var stream = client.GetStream();
            var buffer = new byte[8192];
            var read = await stream.ReadAsync(buffer, _over.Token);
            var way = Encoding.ASCII.GetString(buffer, 0, read).Split(' ', 3) is [_, var path, _] ? path : "/404";
            await AnswerAsync(client, stream, way);
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or IOException)
        {
            // The gateway hung up, as it should.
        }
    }

    private async Task AnswerAsync(TcpClient client, NetworkStream stream, string way)
    {
        switch (way)
        {
            case "/500":
                await WriteAsync(stream, "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
                break;
            case "/html":
                await WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>");
                break;
            case "/empty":
                await WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 0\r\n\r\n");
                break;
            case "/204":
                await WriteAsync(stream, "HTTP/1.1 204 No Content\r\n\r\n");
                break;
            case "/text-as-png":
                await WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 5\r\n\r\nhello");
                break;
            case "/svg":
                await WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Type: image/svg+xml\r\nConnection: close\r\n\r\n<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>");
                break;
            case "/cut":
                await WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 100000\r\n\r\n\u0089PNG");
                break;
            case "/reset":
                client.LingerState = new LingerOption(enable: true, seconds: 0);
                break;
            case "/silence":
                await Task.Delay(Timeout.Infinite, _over.Token);
                break;
            case "/endless":
                await WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n");
                await ForeverAsync(stream, new byte[65536], TimeSpan.Zero);
                break;
            case "/endless-headers":
                await WriteAsync(stream, "HTTP/1.1 200 OK\r\n");
                await ForeverAsync(stream, "X-More: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n"u8.ToArray(), TimeSpan.Zero);
                break;
            case "/drip":
                await WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 100000\r\n\r\n");
                await ForeverAsync(stream, [0], TimeSpan.FromMilliseconds(100));
                break;
            case "/loop":
                await WriteAsync(stream, "HTTP/1.1 302 Found\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n");
                break;
            case "/to-file":
                await WriteAsync(stream, "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n");
                break;
            case "/to-private":
                await WriteAsync(stream, "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:1/\r\nContent-Length: 0\r\n\r\n");
                break;
            case "/to-nowhere":
                await WriteAsync(stream, "HTTP/1.1 302 Found\r\nLocation: http://\r\nContent-Length: 0\r\n\r\n");
                break;
            case "/no-http":
                await WriteAsync(stream, "SSH-2.0-OpenSSH_9.2\r\n");
                break;
            case "/huge-length":
                await WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 999999999999\r\n\r\n");
                break;
            case "/negative-length":
                await WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: -5\r\n\r\nabc");
                break;
            case "/gzip":
                await WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc");
                break;
            case "/chunk-garbage":
                await WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\nabc");
                break;
            default:
                await WriteAsync(stream, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
                break;
        }
    }

    private async Task WriteAsync(NetworkStream stream, string text) => await stream.WriteAsync(Encoding.Latin1.GetBytes(text), _over.Token);

    private async Task ForeverAsync(NetworkStream stream, byte[] bytes, TimeSpan pause)
    {
        while (true)
        {
            await stream.WriteAsync(bytes, _over.Token);
            await Task.Delay(pause, _over.Token);
        }
    }
}
