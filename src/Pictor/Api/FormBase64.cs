using System.Buffers;
using Pictor.Errors;
using Pictor.Upstream.Splitting;

namespace Pictor.Api;

/// <summary>A big picture that came as the text of a form part: decoded from one file into another, a piece at a time.</summary>
internal static class FormBase64
{
    private static readonly SearchValues<byte> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"u8);

    /// <summary>Decodes base64, bare or in a data URI, with or without line breaks.</summary>
    /// <exception cref="GatewayException">It is not base64, or too large.</exception>
    public static async Task<SpooledValue> DecodeAsync(Stream text, BodySplitLimits options, string param, CancellationToken ct)
    {
        using var spool = new Base64Spool(options.Folder);
        var piece = ArrayPool<byte>.Shared.Rent(Base64Spool.CharsSize);
        try
        {
            await SkipPrefixAsync(text, ct);
            var padding = 0;
            int length;
            while ((length = await text.ReadAsync(piece.AsMemory(0, Base64Spool.CharsSize), ct)) > 0)
            {
                padding += Take(piece.AsSpan(0, length), spool, padding) ?? throw Broken(param);
                if (spool.Bytes > options.MaxPictureBytes)
                {
                    throw new GatewayException(ErrorKind.BodyTooLarge, $"{param} is larger than {options.MaxPictureBytes} bytes", param);
                }

                if (spool.WantsWriting)
                {
                    spool.Write();
                }
            }

            if (padding > 2 || !spool.TryEnd(padding))
            {
                throw Broken(param);
            }

            spool.Keep(text.Length, mediaType: null, param);
            return spool.Write()!;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private static int? Take(ReadOnlySpan<byte> piece, Base64Spool spool, int padding)
    {
        var added = 0;
        while (!piece.IsEmpty)
        {
            var run = piece.IndexOfAnyExcept(Alphabet) is var end && end < 0 ? piece.Length : end;
            if (run > 0 && padding + added > 0)
            {
                return null;
            }

            spool.Append(piece[..run]);
            piece = piece[run..];
            if (piece.IsEmpty)
            {
                break;
            }

            if (piece[0] == (byte)'=')
            {
                added++;
            }
            else if (piece[0] is not ((byte)' ' or (byte)'\r' or (byte)'\n' or (byte)'\t'))
            {
                return null;
            }

            piece = piece[1..];
        }

        return added;
    }

    private static async Task SkipPrefixAsync(Stream text, CancellationToken ct)
    {
        var head = new byte[200];
        var length = await text.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, ct);
        text.Position = head.AsSpan(0, length).IndexOf((byte)',') + 1;
    }

    private static GatewayException Broken(string param) => new(ErrorKind.BadReferenceImage, $"{param} must be base64, a data URI or an http(s) link", param);
}
