using System.Collections.Frozen;
using Pictor.Images;

namespace Pictor.Providers.BlackForestLabs;

/// <summary>What an endpoint wants to be told, beyond the prompt.</summary>
internal sealed record BlackForestLabsShape
{
    /// <summary>The sizes it draws.</summary>
    public required SizeRule Sizes { get; init; }

    /// <summary>True for <c>aspect_ratio</c>, false for <c>width</c> and <c>height</c>.</summary>
    public required bool TakesRatio { get; init; }

    /// <summary>True where a picture's own ratio is taken when nobody names one.</summary>
    public bool FollowsReference { get; init; }

    public required int MaxReferences { get; init; }

    /// <summary>True where the reference is <c>image_prompt</c> instead of <c>input_image</c>…</summary>
    public bool ReferenceIsPrompt { get; init; }

    public required int LargestTolerance { get; init; }

    /// <summary>The vendor's own default of <c>prompt_upsampling</c>, or null where there is no such parameter.</summary>
    public bool? Upsampling { get; init; }
}

/// <summary>The vendor's models. An endpoint that is not listed is taken by the family its name begins with.</summary>
internal static class BlackForestLabsModels
{
    private const string Read = "2026-05-01";

    private static readonly BlackForestLabsShape Kontext = new()
    {
        Sizes = new SizeRule.RatioRange(new AspectRatio(3, 7), new AspectRatio(7, 3), Multiple: 32),
        TakesRatio = true,
        FollowsReference = true,
        MaxReferences = 4,
        LargestTolerance = 6,
        Upsampling = false,
    };

    private static readonly BlackForestLabsShape Pro11 = new()
    {
        // 256 to 1440 a side; FluxInput sees to the shortest.
        Sizes = new SizeRule.Free(32, 256 * 256, 1440 * 1440, 1440, 5.625),
        TakesRatio = false,
        MaxReferences = 1,
        ReferenceIsPrompt = true,
        LargestTolerance = 6,
        Upsampling = false,
    };

    private static readonly BlackForestLabsShape Ultra = new()
    {
        Sizes = new SizeRule.RatioRange(new AspectRatio(9, 21), new AspectRatio(21, 9), 2048 * 2048, 32),
        TakesRatio = true,
        MaxReferences = 1,
        ReferenceIsPrompt = true,
        LargestTolerance = 6,
        Upsampling = false,
    };

    private static readonly BlackForestLabsShape Flux2 = new()
    {
        Sizes = new SizeRule.Free(16, 256 * 256, 2048 * 2048, 4096, 16),
        TakesRatio = false,
        MaxReferences = 8,
        LargestTolerance = 5,
    };

    private static readonly BlackForestLabsShape Flex = Flux2 with { Upsampling = true };

    private static readonly BlackForestLabsShape Klein = Flux2 with { MaxReferences = 4 };

    // The families, the longer beginning first.
    private static readonly (string Beginning, BlackForestLabsShape Shape)[] Families =
    [
        ("flux-kontext", Kontext),
        ("flux-pro-1.1-ultra", Ultra),
        ("flux-pro-1.1", Pro11),
        ("flux-dev", Pro11),
        ("flux-2-klein", Klein),
        ("flux-2-flex", Flex),
    ];

    /// <summary>FLUX.2 is priced by the megapixel, in and out, so those rows have no price a picture.</summary>
    public static IReadOnlyList<ProviderModel> All { get; } =
    [
        Row("flux-kontext-pro", Kontext, 40_000),
        Row("flux-kontext-max", Kontext, 80_000),
        Row("flux-pro-1.1", Pro11, 40_000),
        Row("flux-pro-1.1-ultra", Ultra, 60_000),
        Row("flux-2-pro", Flux2, null),
        Row("flux-2-pro-preview", Flux2, null),
        Row("flux-2-max", Flux2, null),
        Row("flux-2-flex", Flex, null),
        Row("flux-2-klein-4b", Klein, null),
        Row("flux-2-klein-9b", Klein, null),
        Row("flux-2-klein-9b-preview", Klein, null),
    ];

    /// <summary>What an endpoint takes; an unknown one is treated like the vendor's newest family.</summary>
    public static BlackForestLabsShape ShapeOf(string model) =>
        Array.Find(Families, family => model.StartsWith(family.Beginning, StringComparison.Ordinal)).Shape ?? Flux2;

    /// <summary>The public parameters that reach an endpoint of this shape.</summary>
    public static IReadOnlySet<string> Parameters(BlackForestLabsShape shape)
    {
        string[] names = ["aspect_ratio", "size", "seed", "safety_tolerance", .. shape.Upsampling is null ? (string[])[] : ["prompt_upsampling"]];
        return names.ToFrozenSet(StringComparer.Ordinal);
    }

    private static ProviderModel Row(string name, BlackForestLabsShape shape, long? price) => new(
        name,
        new Capabilities
        {
            Sizes = shape.Sizes,
            Parameters = Parameters(shape),
            MaxReferences = shape.MaxReferences,
            DefaultFormat = OutputFormat.Jpeg,
        },
        price,
        Read);
}
