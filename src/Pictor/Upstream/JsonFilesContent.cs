using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Pictor.Upstream;

/// <summary>The files of one JSON body that is about to be made: each is stood for by a mark until the body is written.</summary>
internal sealed class FileMarks
{
    // Made after the caller wrote its text, so none of it can be taken for a mark.
    private readonly string _start = $"file-{RandomNumberGenerator.GetHexString(32, lowercase: true)}-";
    private readonly List<(byte[] Mark, string Path)> _files = [];

    /// <summary>A word for use inside a JSON string; the file's base64 takes its place.</summary>
    public string Add(string path)
    {
        var mark = $"{_start}{_files.Count}.";
        _files.Add((Encoding.ASCII.GetBytes(mark), path));
        return mark;
    }

    /// <summary>The body, its files still unread.</summary>
    public HttpContent ToContent(byte[] json) => new JsonFilesContent(json, _files);
}

/// <summary>A JSON body in which files are written as base64 while it is sent, so that no picture is ever held as text.</summary>
internal sealed class JsonFilesContent : HttpContent
{
    // Divisible by 3: every block but the last encodes without padding.
    private const int Block = 48 * 1024;

    private readonly byte[] _json;
    private readonly List<(Range Text, string? File)> _parts = [];
    private readonly long _length;

    public JsonFilesContent(byte[] json, IReadOnlyList<(byte[] Mark, string Path)> files)
    {
        _json = json;
        var found = files
            .Select(file => (file.Mark, file.Path, At: json.AsSpan().IndexOf(file.Mark)))
            .Where(file => file.At >= 0)
            .OrderBy(file => file.At);
        var from = 0;
        foreach (var (mark, path, at) in found)
        {
            _parts.Add((from..at, path));
            _length += at - from + Base64.GetMaxEncodedToUtf8Length(checked((int)new FileInfo(path).Length));
            from = at + mark.Length;
        }

        _parts.Add((from..json.Length, null));
        _length += json.Length - from;
        Headers.ContentType = new MediaTypeHeaderValue("application/json");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        foreach (var (text, file) in _parts)
        {
            await stream.WriteAsync(_json.AsMemory(text), cancellationToken);
            if (file is not null)
            {
                await WriteAsync(file, stream, cancellationToken);
            }
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }

    private static async Task WriteAsync(string path, Stream stream, CancellationToken cancellationToken)
    {
        var raw = new byte[Block];
        var encoded = new byte[Base64.GetMaxEncodedToUtf8Length(Block)];
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        await using (file)
        {
            int read;
            while ((read = await file.ReadAtLeastAsync(raw, Block, throwOnEndOfStream: false, cancellationToken)) > 0)
            {
                Base64.EncodeToUtf8(raw.AsSpan(0, read), encoded, out _, out var written);
                await stream.WriteAsync(encoded.AsMemory(0, written), cancellationToken);
            }
        }
    }
}
