using Pictor.Images;

namespace Pictor.Providers.Sandbox;

/// <summary>Everything one picture depends on besides its references: equal orders give equal bytes.</summary>
internal sealed record PaintOrder
{
    public required PixelSize Size { get; init; }

    public required Description Description { get; init; }

    public required string SeedText { get; init; }

    public required uint Seed { get; init; }

    public Finish Finish { get; init; } = new();

    /// <summary>The request forbids a transparent background, whatever the prompt says.</summary>
    public bool Opaque { get; init; }

    /// <summary>References are shown as they are.</summary>
    public bool Faithful { get; init; }

    public bool Caption { get; init; }

    public bool Watermark { get; init; }

    /// <summary>A new source of numbers, the same for equal orders.</summary>
    public SeededRandom Random() => SeededRandom.For(SeedText, Seed);
}
