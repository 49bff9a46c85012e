namespace Pictor.Images;

/// <summary>Tokens as the gpt-image family counts them.</summary>
internal sealed record ImageUsage(long InputTextTokens, long InputImageTokens, long OutputTokens)
{
    public long InputTokens => InputTextTokens + InputImageTokens;

    public long TotalTokens => InputTokens + OutputTokens;

    /// <summary>All of them together, or null when there are none.</summary>
    public static ImageUsage? Sum(IReadOnlyCollection<ImageUsage> usages) => usages.Count == 0
        ? null
        : new ImageUsage(usages.Sum(usage => usage.InputTextTokens), usages.Sum(usage => usage.InputImageTokens), usages.Sum(usage => usage.OutputTokens));
}
