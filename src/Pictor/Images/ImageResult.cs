namespace Pictor.Images;

/// <summary>What a job delivered; every size and format is measured on the delivered bytes.</summary>
internal sealed record ImageResult
{
    public required IReadOnlyList<ResultImage> Images { get; init; }

    public ImageUsage? Usage { get; init; }

    /// <summary>When the bytes are removed; the job itself stays.</summary>
    public required DateTimeOffset KeptUntil { get; init; }
}

/// <summary>One delivered picture.</summary>
/// <param name="AssetId">Its bytes.</param>
/// <param name="Format">Of the bytes.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
internal sealed record ResultImage(string AssetId, OutputFormat Format, int Width, int Height)
{
    public string? RevisedPrompt { get; init; }

    public long? Seed { get; init; }
}
