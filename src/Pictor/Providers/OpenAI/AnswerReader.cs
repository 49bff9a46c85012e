using System.Buffers;
using System.IO.Pipelines;
using Pictor.Upstream.Splitting;

namespace Pictor.Providers.OpenAI;

/// <summary>Reads a successful answer as what its first byte says it is, since its content type is often wrong: JSON, events, or a page.</summary>
internal static class AnswerReader
{
    // Not in streams: a picture may go on in the next event.
    private static readonly FieldNames ChatTexts = new("content", "text");

    /// <param name="body">The answer.</param>
    /// <param name="call">The call.</param>
    /// <param name="isChat">True for a chat completion.</param>
    /// <param name="split">Where its pictures go.</param>
    /// <param name="deadline">Ends when the vendor has had its time: what is here by then counts.</param>
    /// <param name="cancellationToken">Ends with it, or early.</param>
    public static async Task<ProviderOutcome> ReadAsync(PipeReader body, ProviderCall call, bool isChat, BodySplitLimits split, CancellationToken deadline, CancellationToken cancellationToken)
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
            await (isJson ? ReadWholeAsync(body, split with { Texts = ChatTexts }, chat.Read, cancellationToken) : ReadChatAsync(body, split, chat, deadline, cancellationToken));
            return chat.End();
        }

        var images = new ImagesReader(call);
        await (isJson ? ReadWholeAsync(body, split, images.Read, cancellationToken) : ReadEventsAsync(body, split, images, deadline, cancellationToken));
        return images.Outcome;
    }

    private static async Task ReadWholeAsync(PipeReader body, BodySplitLimits split, Action<SplitBody> read, CancellationToken cancellationToken)
    {
        using var whole = await JsonBodySplitter.ReadAsync(body, split, cancellationToken);
        read(whole);
    }

    private static async Task ReadEventsAsync(PipeReader body, BodySplitLimits split, ImagesReader images, CancellationToken deadline, CancellationToken cancellationToken)
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
        catch (Exception fault) when (IsCut(fault, deadline) && images.HasImages)
        {
            // What came whole was paid for and is delivered.
        }
    }

    private static async Task ReadChatAsync(PipeReader body, BodySplitLimits split, ChatReader chat, CancellationToken deadline, CancellationToken cancellationToken)
    {
        using var events = new EventSplitter(split);
        try
        {
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
        catch (Exception fault) when (IsCut(fault, deadline))
        {
            // As above: what came whole is delivered.
            if (!chat.Cut())
            {
                throw;
            }
        }
    }

    private static bool IsCut(Exception fault, CancellationToken deadline) =>
        fault is HttpRequestException or IOException || (fault is OperationCanceledException && deadline.IsCancellationRequested);

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
