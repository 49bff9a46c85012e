using System.Buffers;
using System.IO.Pipelines;
using Pictor.Upstream.Splitting;

namespace Pictor.Providers.OpenAI;

/// <summary>Reads a successful answer as what its first byte says it is, since its content type is often wrong: JSON, events, or a page.</summary>
internal static class AnswerReader
{
    // Not in streams: a picture may go on in the next event.
    private static readonly FieldNames ChatTexts = new("content", "text");

    public static async Task<ProviderOutcome> ReadAsync(PipeReader body, ProviderCall call, bool isChat, BodySplitLimits split, CancellationToken cancellationToken)
    {
        var first = await FirstAsync(body, cancellationToken);
        if (first is null or (byte)'<')
        {
            return SubmitErrors.Unreadable(first is null ? "with nothing" : "with a page instead of a picture");
        }

        var isJson = first is (byte)'{' or (byte)'[';
        if (isChat)
        {
            using var chat = new ChatReader(call);
            await (isJson ? ReadWholeAsync(body, split with { Texts = ChatTexts }, chat.Read, cancellationToken) : ReadChatAsync(body, split, chat, cancellationToken));
            return chat.End();
        }

        var images = new ImagesReader(call);
        await (isJson ? ReadWholeAsync(body, split, images.Read, cancellationToken) : ReadEventsAsync(body, split, images, cancellationToken));
        return images.Outcome;
    }

    private static async Task ReadWholeAsync(PipeReader body, BodySplitLimits split, Action<SplitBody> read, CancellationToken cancellationToken)
    {
        using var whole = await JsonBodySplitter.ReadAsync(body, split, cancellationToken);
        read(whole);
    }

    private static async Task ReadEventsAsync(PipeReader body, BodySplitLimits split, ImagesReader images, CancellationToken cancellationToken)
    {
        using var events = new EventSplitter(split);
        try
        {
            await foreach (var part in events.ReadAsync(body, cancellationToken))
            {
                using (part.Data)
                {
                    images.Read(part);
                }
            }
        }
        catch (Exception fault) when (images.HasImages && fault is HttpRequestException or IOException)
        {
            // What came whole was paid for and is delivered.
        }
    }

    private static async Task ReadChatAsync(PipeReader body, BodySplitLimits split, ChatReader chat, CancellationToken cancellationToken)
    {
        using var events = new EventSplitter(split);
        await foreach (var part in events.ReadAsync(body, cancellationToken))
        {
            using (part.Data)
            {
                chat.Read(part.Data);
            }

            if (chat.IsOver)
            {
                return;
            }
        }
    }

    /// <summary>The first byte that is no white space or byte order mark, without taking it; null when there is none.</summary>
    private static async Task<byte?> FirstAsync(PipeReader body, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            var first = First(read.Buffer, out var at);
            body.AdvanceTo(at, first is null ? read.Buffer.End : at);
            if (first is not null || read.IsCompleted)
            {
                return first;
            }
        }
    }

    private static byte? First(ReadOnlySequence<byte> buffer, out SequencePosition at)
    {
        var reader = new SequenceReader<byte>(buffer);
        reader.AdvancePastAny([(byte)' ', (byte)'\t', (byte)'\r', (byte)'\n', 0xEF, 0xBB, 0xBF]);
        at = reader.Position;
        return reader.TryPeek(out var first) ? first : null;
    }
}
