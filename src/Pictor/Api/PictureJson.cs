using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pictor.Storage;

namespace Pictor.Api;

/// <summary>A small JSON text with pictures in it: they lie in files until they are written, a piece at a time, and are never held whole.</summary>
internal sealed class PictureJson
{
    // Divisible by 3, and 64 KB when encoded.
    private const int SegmentSize = 48 * 1024;

    private readonly string _mark = $"picture-{RandomNumberGenerator.GetHexString(32, lowercase: true)}-";
    private readonly List<Func<CancellationToken, Task<Stream>>> _pictures = [];
    private string _json = "";

    public bool HasPictures => _pictures.Count > 0;

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

        made._json = Encoding.UTF8.GetString(buffer.WrittenSpan);
        return made;
    }

    /// <summary>A word, to be written inside of a string, in whose place the base64 of a picture will stand; the stream is disposed when it is written.</summary>
    public string Mark(Stream picture) => Mark(_ => Task.FromResult(picture));

    /// <summary>As <see cref="Mark(Stream)"/>; opened when its turn comes.</summary>
    public string Mark(Func<CancellationToken, Task<Stream>> open)
    {
        _pictures.Add(open);
        return MarkOf(_pictures.Count - 1);
    }

    /// <summary>The same text with others before and behind it.</summary>
    public PictureJson Between(string before, string after)
    {
        _json = before + _json + after;
        return this;
    }

    /// <summary>Writes a text that has no pictures.</summary>
    public void WriteTo(IBufferWriter<byte> answer, bool isAscii) => Encoding.UTF8.GetBytes(isAscii ? Escape(_json) : _json, answer);

    /// <summary>Writes the text with its pictures, and flushes after each piece of a picture.</summary>
    /// <param name="answer">Where it goes.</param>
    /// <param name="isAscii">For events: clients that decode each network packet by itself break on anything else.</param>
    /// <param name="cancellationToken">Ends the text in its middle.</param>
    /// <exception cref="OperationCanceledException">Cancelled, or a <see cref="CallerGoneException"/>.</exception>
    public async Task WriteAsync(PipeWriter answer, bool isAscii, CancellationToken cancellationToken)
    {
        var json = isAscii ? Escape(_json) : _json;
        var at = 0;
        for (var i = 0; i < _pictures.Count; i++)
        {
            var mark = MarkOf(i);
            var next = json.IndexOf(mark, at, StringComparison.Ordinal);
            Encoding.UTF8.GetBytes(json.AsSpan(at..next), answer);
            await WritePictureAsync(answer, _pictures[i], cancellationToken);
            at = next + mark.Length;
        }

        Encoding.UTF8.GetBytes(json.AsSpan(at), answer);
    }

    private static async Task WritePictureAsync(PipeWriter answer, Func<CancellationToken, Task<Stream>> open, CancellationToken cancellationToken)
    {
        await using var picture = await open(cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(SegmentSize);
        try
        {
            int length;
            do
            {
                length = await FillAsync(picture, buffer.AsMemory(0, SegmentSize), cancellationToken);
                var target = answer.GetSpan(Base64.GetMaxEncodedToUtf8Length(length));
                Base64.EncodeToUtf8(buffer.AsSpan(0, length), target, out _, out var written);
                answer.Advance(written);
                if ((await answer.FlushAsync(cancellationToken)).IsCompleted)
                {
                    throw new CallerGoneException(cancellationToken);
                }
            }
            while (length == SegmentSize);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (picture is FileStream file)
        {
            // Who has the picture in the answer does not come back for it.
            PageCache.Forget(file.SafeFileHandle);
        }
    }

    // Not asynchronous for a file: on Unix it has no such reads, they would only be moved to another thread.
    private static ValueTask<int> FillAsync(Stream picture, Memory<byte> buffer, CancellationToken cancellationToken) => picture is FileStream file
        ? ValueTask.FromResult(file.ReadAtLeast(buffer.Span, buffer.Length, throwOnEndOfStream: false))
        : picture.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);

    private string MarkOf(int picture) => string.Create(CultureInfo.InvariantCulture, $"{_mark}{picture};");

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
