using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;

namespace Pictor.Api;

/// <summary>Writes stored pictures as base64 strings of a JSON answer, a piece at a time: no answer is ever held whole.</summary>
internal static class SegmentedBase64
{
    // Divisible by 3, and 64 KB when encoded.
    private const int SegmentSize = 48 * 1024;

    /// <summary>Writes the rest of the picture as one string value, and flushes the writer and the pipe after each piece.</summary>
    /// <param name="json">A writer over <paramref name="answer"/> that stands where a value may come.</param>
    /// <param name="answer">The pipe that the answer goes into.</param>
    /// <param name="picture">Read from where it stands to its end.</param>
    /// <param name="ct">Ends the answer in the middle of the string.</param>
    /// <exception cref="OperationCanceledException">Cancelled, or nobody reads the answer any more.</exception>
    public static async Task WriteAsync(Utf8JsonWriter json, PipeWriter answer, Stream picture, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(SegmentSize);
        try
        {
            int length;
            do
            {
                length = picture is FileStream file ? Fill(file, buffer) : await picture.ReadAtLeastAsync(buffer.AsMemory(0, SegmentSize), SegmentSize, throwOnEndOfStream: false, ct);
                json.WriteBase64StringSegment(buffer.AsSpan(0, length), isFinalSegment: length < SegmentSize);
                await json.FlushAsync(ct);
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

    // Not asynchronous: on Unix a file has no such reads, they would only be moved to another thread.
    private static int Fill(FileStream picture, byte[] buffer) => picture.ReadAtLeast(buffer.AsSpan(0, SegmentSize), SegmentSize, throwOnEndOfStream: false);
}
