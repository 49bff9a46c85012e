using System.Buffers;
using System.IO.Compression;

namespace Pictor.Upstream;

/// <summary>Reads answers with a limit that counts what really comes; a declared length only ends it sooner.</summary>
internal static class BodyLimits
{
    /// <summary>The body as a stream that throws <see cref="BodyTooLongException"/> behind its limit, which counts decoded bytes.</summary>
    /// <exception cref="InvalidDataException">An encoding that nobody asked for and that cannot be undone.</exception>
    public static async Task<Stream> OpenAsync(HttpContent content, long maxBytes, CancellationToken cancellationToken)
    {
        if (!IsEncoded(content) && content.Headers.ContentLength > maxBytes)
        {
            throw new BodyTooLongException(maxBytes);
        }

        var decoded = Decoded(content, await content.ReadAsStreamAsync(cancellationToken))
            ?? throw new InvalidDataException("The body has a Content-Encoding that was not asked for.");
        return new BoundedStream(decoded, maxBytes);
    }

    /// <summary>The first bytes of a body that only informs: an error page, the answer to a delivery. Longer bodies are cut, not refused.</summary>
    public static async Task<PooledBody> ReadStartAsync(HttpContent content, int maxBytes, CancellationToken cancellationToken)
    {
        var raw = await content.ReadAsStreamAsync(cancellationToken);
        await using var stream = Decoded(content, raw) ?? raw;
        var body = new PooledBody(FirstSize(content, maxBytes));
        try
        {
            await body.FillAsync(stream, maxBytes, cancellationToken);
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>True when the sender says that the body is compressed.</summary>
    public static bool IsEncoded(HttpContent content) =>
        content.Headers.ContentEncoding.Any(encoding => !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase));

    // Identity is asked for, because base64 costs far more to inflate than to send; but a paid answer that comes compressed
    // all the same is read rather than lost.
    private static Stream? Decoded(HttpContent content, Stream raw)
    {
        if (!IsEncoded(content))
        {
            return raw;
        }

        var encodings = content.Headers.ContentEncoding;
        return (encodings.Count == 1 ? encodings.First().ToUpperInvariant() : null) switch
        {
            "GZIP" or "X-GZIP" => new GZipStream(raw, CompressionMode.Decompress),
            "DEFLATE" => new ZLibStream(raw, CompressionMode.Decompress),
            "BR" => new BrotliStream(raw, CompressionMode.Decompress),
            _ => null,
        };
    }

    private static int FirstSize(HttpContent content, int maxBytes) =>
        (int)Math.Clamp((content.Headers.ContentLength ?? 8192) + 1, 1, Math.Min(maxBytes, 1024 * 1024) + 1L);
}

/// <summary>A body in a buffer of the shared pool.</summary>
internal sealed class PooledBody(int firstSize) : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(firstSize);
    private int _length;

    /// <summary>Valid until this is disposed of.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            (_buffer, _length) = ([], 0);
        }
    }

    internal async Task FillAsync(Stream stream, int most, CancellationToken cancellationToken)
    {
        while (_length < most)
        {
            if (_length == _buffer.Length)
            {
                Grow();
            }

            var room = _buffer.AsMemory(_length, Math.Min(_buffer.Length, most) - _length);
            var read = await stream.ReadAsync(room, cancellationToken);
            if (read == 0)
            {
                return;
            }

            _length += read;
        }
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(checked(_buffer.Length * 2));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
