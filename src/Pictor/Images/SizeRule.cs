namespace Pictor.Images;

/// <summary>The legal sizes of a model family.</summary>
internal abstract record SizeRule
{
    private SizeRule()
    {
    }

    /// <summary>Any ratio in a range, drawn at about the same area (the Flux family).</summary>
    /// <param name="Narrowest">The smallest width to height.</param>
    /// <param name="Widest">The largest width to height.</param>
    /// <param name="Area">Pixels aimed at; the area of a legal size is within 10 % of it.</param>
    /// <param name="Multiple">Both sides are divisible by it.</param>
    public sealed record RatioRange(AspectRatio Narrowest, AspectRatio Widest, int Area = 1024 * 1024, int Multiple = 16) : SizeRule;

    /// <summary>A closed list of sizes (gpt-image-1, dall-e).</summary>
    public sealed record Listed(params IReadOnlyList<PixelSize> Sizes) : SizeRule;

    /// <summary>Any size inside bounds (gpt-image-2, sandbox).</summary>
    /// <param name="Multiple">Both sides are divisible by it.</param>
    /// <param name="MinArea">Fewest pixels.</param>
    /// <param name="MaxArea">Most pixels.</param>
    /// <param name="MaxSide">Longest side.</param>
    /// <param name="Steepest">The longer side is at most this many times the shorter one.</param>
    /// <param name="Area">Pixels aimed at when only a ratio is given.</param>
    public sealed record Free(int Multiple, long MinArea, long MaxArea, int MaxSide, double Steepest, int Area = 1024 * 1024) : SizeRule;
}
