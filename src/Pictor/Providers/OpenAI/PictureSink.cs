using Pictor.Images;
using Pictor.Upstream.Splitting;

namespace Pictor.Providers.OpenAI;

/// <summary>Turns what an answer writes for a picture into a file of the call, or a link.</summary>
internal static class PictureSink
{
    /// <summary>The file of base64 that was taken out of the answer, or the link; null for anything else.</summary>
    public static ProviderImage? Take(string? text, SplitBody split)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        text = text.Trim();
        if (split.TryGet(text, out var value))
        {
            return value.Bytes > 0 ? ProviderImage.FromFile(value.Take()) : null;
        }

        return PromptImages.IsLink(text) && ChannelAddress.Read(text) is { } link ? ProviderImage.FromLink(link) : null;
    }
}
