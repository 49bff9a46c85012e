using System.Buffers;
using System.IO.Pipelines;

namespace Pictor.Api;

/// <summary>Server-sent events in the bytes that clients read: <c>data: </c> with its blank, one event a write, ASCII only.</summary>
internal sealed class EventStream(HttpContext http)
{
    private static readonly byte[] CommentBytes = ": waiting\n\n"u8.ToArray();
    private static readonly byte[] DoneBytes = "data: [DONE]\n\n"u8.ToArray();

    /// <summary>How much was sent, comments too: whoever watches for silence compares it.</summary>
    public int Sent { get; private set; }

    /// <summary>Sends the headers' part of the answer; from here on a failure is an event.</summary>
    public void Begin()
    {
        http.Response.StatusCode = StatusCodes.Status200OK;
        http.Response.ContentType = "text/event-stream; charset=utf-8";
        http.Response.Headers.CacheControl = "no-cache, no-store";

        // Proxies that collect what they pass on would hold everything back to the end.
        http.Response.Headers["X-Accel-Buffering"] = "no";
    }

    public Task CommentAsync() => SendAsync(CommentBytes);

    public Task DoneAsync() => SendAsync(DoneBytes);

    /// <summary>Sends one event.</summary>
    /// <param name="json">Its data; pictures in it are written as they are read.</param>
    /// <param name="name">For <c>event:</c>, or null for none.</param>
    public async Task SendAsync(PictureJson json, string? name)
    {
        var text = json.Between(name is null ? "data: " : $"event: {name}\ndata: ", "\n\n");
        if (!text.HasPictures)
        {
            // In one piece: what the server is given in two goes out in two chunks.
            var bytes = new ArrayBufferWriter<byte>(1024);
            text.WriteTo(bytes, isAscii: true);
            await SendAsync(bytes.WrittenMemory);
            return;
        }

        await text.WriteAsync(http.Response.BodyWriter, isAscii: true, http.RequestAborted);
        Check(await http.Response.BodyWriter.FlushAsync(http.RequestAborted));
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes) => Check(await http.Response.BodyWriter.WriteAsync(bytes, http.RequestAborted));

    private void Check(FlushResult written)
    {
        if (written.IsCompleted)
        {
            throw new CallerGoneException(http.RequestAborted);
        }

        Sent++;
    }
}
