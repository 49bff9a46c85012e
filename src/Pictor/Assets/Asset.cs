using Pictor.Images;

namespace Pictor.Assets;

/// <summary>Stored bytes of one delivered picture.</summary>
internal sealed record Asset
{
    /// <summary>160 random bits: nobody comes upon it.</summary>
    public required string Id { get; init; }

    public required string JobId { get; init; }

    /// <summary>Its place among the pictures of the job, from 0.</summary>
    public required int Position { get; init; }

    /// <summary>True for a picture that was collected after its job had ended.</summary>
    public bool IsLate { get; init; }

    public long? Seed { get; init; }

    public string? RevisedPrompt { get; init; }

    /// <summary>The quality that the vendor drew it in, where the request left that open and its price depends on it.</summary>
    public string? Quality { get; init; }

    public required OutputFormat Format { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    public required long Bytes { get; init; }

    /// <summary>SHA-256 of the bytes, hexadecimal.</summary>
    public required string Sha256 { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the bytes are removed.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}
