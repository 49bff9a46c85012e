using System.Buffers.Text;
using System.Text;
using Pictor.Images;
using Pictor.Upstream.Splitting;

namespace Pictor.Providers.OpenAI;

/// <summary>Turns whatever an answer writes for a picture into a file of the call, or a link.</summary>
internal sealed class PictureSink(string folder)
{
    /// <summary>The file of base64 that was taken out of the answer, of base64 or a data URI that stayed in it, or the link; null for anything else.</summary>
    public async ValueTask<ProviderImage?> TakeAsync(string? text, SplitBody? split, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        text = text.Trim();
        if (split is not null && split.TryGet(text, out var value))
        {
            return value.Bytes > 0 ? ProviderImage.FromFile(value.Take()) : null;
        }

        if (PromptImages.IsLink(text))
        {
            return ChannelAddress.Read(text) is { } link ? ProviderImage.FromLink(link) : null;
        }

        return Decode(PromptImages.IsDataUri(text) ? text[(text.IndexOf(',', StringComparison.Ordinal) + 1)..] : text) is { Length: > 0 } bytes
            ? ProviderImage.FromFile(await WriteAsync(bytes, cancellationToken))
            : null;
    }

    private static byte[]? Decode(string text)
    {
        var encoded = Encoding.UTF8.GetBytes(text);
        encoded.AsSpan().Replace((byte)'-', (byte)'+');
        encoded.AsSpan().Replace((byte)'_', (byte)'/');
        if (encoded.Length % 4 != 0 && encoded.Length % 4 != 1 && !encoded.Contains((byte)'='))
        {
            encoded = [.. encoded, .. "=="u8[..(4 - (encoded.Length % 4))]];
        }

        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(encoded.Length)];
        return Base64.DecodeFromUtf8(encoded, bytes, out _, out var written) == System.Buffers.OperationStatus.Done ? bytes[..written] : null;
    }

    private async Task<string> WriteAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, Path.GetRandomFileName());
        await File.WriteAllBytesAsync(path, bytes, cancellationToken);
        return path;
    }
}
