using System.Collections.Frozen;

namespace Pictor.Images;

/// <summary>The names of all parameters the gateway knows.</summary>
internal static class RequestNames
{
    /// <summary>Fields that bring reference images, in their order.</summary>
    public static IReadOnlyList<string> Pictures { get; } = ["input_image", "image", "images", "input_references", .. Enumerable.Range(2, 15).Select(number => $"input_image_{number}")];

    /// <summary>Parameters that a model may have or not.</summary>
    public static IReadOnlyList<string> Optional { get; } =
        ["aspect_ratio", "size", "seed", "safety_tolerance", "prompt_upsampling", "quality", "style", "user", "background", "moderation", "output_compression", "watermark", "input_fidelity"];

    /// <summary>Parameters that the gateway itself answers for.</summary>
    public static IReadOnlyList<string> Own { get; } =
        ["model", "prompt", "n", "output_format", "response_format", "mask", "webhook_url", "webhook_secret", "async", "url_expires_in", "stream", "partial_images"];

    private static readonly FrozenSet<string> Known = Pictures.Concat(Optional).Concat(Own).ToFrozenSet(StringComparer.Ordinal);

    public static bool IsKnown(string name) => Known.Contains(name);
}
