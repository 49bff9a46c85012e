using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Pictor.Api;

/// <summary>
/// A small JSON text in ASCII with pictures in it: they lie in files until they are written, and are never held whole. Clients
/// that decode each network packet by itself break on anything but ASCII.
/// </summary>
internal sealed class PictureJson
{
    // Divisible by 3, and 64 KB when encoded.
    private const int SegmentSize = 48 * 1024;

    private readonly string _mark = $"picture-{RandomNumberGenerator.GetHexString(32, lowercase: true)}-";
    private readonly List<Func<CancellationToken, Task<Stream>>> _pictures = [];
    private string _json = "";

    /// <summary>Makes the text.</summary>
    /// <param name="write">Writes the one value; its second argument gives the words that stand for pictures.</param>
    public static PictureJson Of(Action<Utf8JsonWriter, PictureJson> write)
    {
        var made = new PictureJson();
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, ApiJson.Writing))
        {
            write(json, made);
        }

        made._json = Escape(Encoding.UTF8.GetString(buffer.WrittenSpan));
        return made;
    }

    /// <summary>A text that is JSON already.</summary>
    public static PictureJson Of(string json) => new() { _json = Escape(json) };

    /// <summary>A word, to be written inside of a string, in whose place the base64 of a picture will stand; the stream is disposed when it is written.</summary>
    public string Mark(Stream picture) => Mark(_ => Task.FromResult(picture));

    /// <summary>As <see cref="Mark(Stream)"/>; opened when its turn comes.</summary>
    public string Mark(Func<CancellationToken, Task<Stream>> open)
    {
        _pictures.Add(open);
        return string.Create(CultureInfo.InvariantCulture, $"{_mark}{_pictures.Count - 1};");
    }

    public async Task WriteAsync(PipeWriter answer, CancellationToken ct)
    {
        if (_pictures.Count == 0)
        {
            answer.Write(Encoding.ASCII.GetBytes(_json));
            return;
        }

        var at = 0;
        for (var i = 0; i < _pictures.Count; i++)
        {
            var mark = string.Create(CultureInfo.InvariantCulture, $"{_mark}{i};");
            var next = _json.IndexOf(mark, at, StringComparison.Ordinal);
            answer.Write(Encoding.ASCII.GetBytes(_json[at..next]));
            await WritePictureAsync(answer, _pictures[i], ct);
            at = next + mark.Length;
        }

        answer.Write(Encoding.ASCII.GetBytes(_json[at..]));
    }

    private static async Task WritePictureAsync(PipeWriter answer, Func<CancellationToken, Task<Stream>> open, CancellationToken ct)
    {
        await using var file = await open(ct);
        var buffer = ArrayPool<byte>.Shared.Rent(SegmentSize);
        try
        {
            int length;
            do
            {
                length = await file.ReadAtLeastAsync(buffer.AsMemory(0, SegmentSize), SegmentSize, throwOnEndOfStream: false, ct);
                var target = answer.GetSpan(Base64.GetMaxEncodedToUtf8Length(length));
                Base64.EncodeToUtf8(buffer.AsSpan(0, length), target, out _, out var written);
                answer.Advance(written);
                if ((await answer.FlushAsync(ct)).IsCompleted)
                {
                    throw new OperationCanceledException("Nobody reads the answer any more.", ct);
                }
            }
            while (length == SegmentSize);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static string Escape(string json)
    {
        if (Ascii.IsValid(json))
        {
            return json;
        }

        var text = new StringBuilder(json.Length + 64);
        foreach (var character in json)
        {
            if (character < 128)
            {
                text.Append(character);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            }
        }

        return text.ToString();
    }
}
