using System.Collections.Concurrent;
using Pictor.Tests.Upstream;

namespace Pictor.Tests.Assets;

/// <summary>An S3 store on loopback with its objects in memory, which takes everything until a test says what it does instead.</summary>
internal sealed class Bucket : IAsyncDisposable
{
    private readonly RawServer _server;
    private readonly ConcurrentDictionary<string, byte[]> _objects = new(StringComparer.Ordinal);

    public Bucket() => _server = new RawServer(AnswerAsync);

    /// <summary>Takes an exchange over, or gives it back with false. Method and path, like <c>PUT /pictures/img_….png</c>.</summary>
    public Func<string, RawExchange, Task<bool>> Instead { get; set; } = (_, _) => Task.FromResult(false);

    /// <summary>Everything that was asked for, in order, like <c>PUT /pictures/img_….png</c>.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    public ICollection<string> Objects => _objects.Keys;

    public string[] Settings(params string[] more) =>
    [
        $"Pictor:Assets:S3:Endpoint={_server.Address}", "Pictor:Assets:S3:Bucket=pictures", "Pictor:Assets:S3:AccessKey=key", "Pictor:Assets:S3:SecretKey=secret", .. more,
    ];

    /// <summary>Says no, with a word of S3.</summary>
    public static async Task<bool> RefuseAsync(RawExchange exchange, int status, string code)
    {
        var body = $"<Error><Code>{code}</Code></Error>";
        await exchange.WriteAsync($"HTTP/1.1 {status} X\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");
        return true;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(RawExchange exchange)
    {
        var head = await exchange.ReadHeadAsync();
        var (method, path) = (head.Split(' ')[0], head.Split(' ')[1]);
        var length = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) is { } line ? int.Parse(line[15..]) : 0;
        var body = new byte[length];
        await exchange.Stream.ReadExactlyAsync(body, exchange.Stopping);
        Calls.Enqueue($"{method} {path}");
        if (await Instead($"{method} {path}", exchange))
        {
            return;
        }

        switch (method)
        {
            case "PUT":
                _objects[path] = body;
                await exchange.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                break;
            case "DELETE":
                _objects.TryRemove(path, out _);
                await exchange.WriteAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
                break;
            case "GET" or "HEAD" when _objects.TryGetValue(path, out var found):
                await exchange.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Length: {found.Length}\r\nConnection: close\r\n\r\n");
                await exchange.WriteAsync(method == "GET" ? found : []);
                break;
            default:
                await RefuseAsync(exchange, 404, "NoSuchKey");
                break;
        }
    }
}
