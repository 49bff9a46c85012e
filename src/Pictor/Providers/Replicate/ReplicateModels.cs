using System.Collections.Frozen;
using Pictor.Images;

namespace Pictor.Providers.Replicate;

/// <summary>How a model is told the shape of a picture, and what else it takes.</summary>
internal sealed record ReplicateShape
{
    /// <summary>The sizes it draws.</summary>
    public required SizeRule Sizes { get; init; }

    /// <summary>True for <c>aspect_ratio: custom</c> with width and height, false for the list of ratios.</summary>
    public bool TakesPixels { get; init; }

    public required int MaxReferences { get; init; }

    /// <summary>True where the reference is <c>image_prompt</c> instead of <c>input_image</c>…</summary>
    public bool ReferenceIsPrompt { get; init; }

    /// <summary>True where a picture's own ratio is taken when nobody names one.</summary>
    public bool FollowsReference { get; init; }

    public int SmallestTolerance { get; init; }

    public int LargestTolerance { get; init; } = 6;

    /// <summary>The largest tolerance when there is a picture.</summary>
    public int LargestToleranceWithPicture { get; init; } = 6;

    public bool Upsamples { get; init; } = true;

    public bool WritesWebP { get; init; }
}

/// <summary>Replicate's official Flux models, also found by the name of the public model.</summary>
internal static class ReplicateModels
{
    private const string Owner = "black-forest-labs/";
    private const string Read = "2026-04-09";

    private static readonly SizeRule OneMegapixel = new SizeRule.RatioRange(new AspectRatio(9, 21), new AspectRatio(21, 9), Multiple: 32);

    private static readonly ReplicateShape Kontext = new()
    {
        Sizes = OneMegapixel,
        MaxReferences = 1,
        FollowsReference = true,
        LargestToleranceWithPicture = 2,
    };

    private static readonly ReplicateShape Pro11 = new()
    {
        Sizes = new SizeRule.Free(32, 256 * 256, 1440 * 1440, 1440, 5.625),
        TakesPixels = true,
        MaxReferences = 1,
        ReferenceIsPrompt = true,
        SmallestTolerance = 1,
        WritesWebP = true,
    };

    private static readonly ReplicateShape Ultra = new()
    {
        Sizes = new SizeRule.RatioRange(new AspectRatio(9, 21), new AspectRatio(21, 9), 2048 * 2048, 32),
        MaxReferences = 1,
        ReferenceIsPrompt = true,
        SmallestTolerance = 1,
        Upsamples = false,
    };

    private static readonly ReplicateShape Flux2 = new()
    {
        Sizes = OneMegapixel,
        MaxReferences = 8,
        FollowsReference = true,
        SmallestTolerance = 1,
        LargestTolerance = 5,
        LargestToleranceWithPicture = 5,
        Upsamples = false,
        WritesWebP = true,
    };

    private static readonly (string Public, string Name, ReplicateShape Shape, long? Price)[] Rows =
    [
        ("flux-kontext-pro", Owner + "flux-kontext-pro", Kontext, 40_000),
        ("flux-kontext-max", Owner + "flux-kontext-max", Kontext, 80_000),
        ("flux-pro-1.1", Owner + "flux-1.1-pro", Pro11, 40_000),
        ("flux-pro-1.1-ultra", Owner + "flux-1.1-pro-ultra", Ultra, 60_000),
        ("flux-2-pro", Owner + "flux-2-pro", Flux2, null),
        ("flux-2-max", Owner + "flux-2-max", Flux2, null),
        ("flux-2-flex", Owner + "flux-2-flex", Flux2, null),
    ];

    public static IReadOnlyList<ProviderModel> All { get; } =
        [.. Rows.SelectMany(row => new[] { Row(row.Name, row.Shape, row.Price), Row(row.Public, row.Shape, row.Price) })];

    /// <summary>The vendor's name: a public one becomes the official model's, any other is left as it is.</summary>
    public static string NameOf(string model) => Array.Find(Rows, row => row.Public == model).Name ?? model;

    /// <summary>What a model takes, with or without its version; an unknown one is treated like the newest family.</summary>
    public static ReplicateShape ShapeOf(string model)
    {
        var name = NameOf(model).Split(':')[0];
        return Array.Find(Rows, row => row.Name == name).Shape ?? Flux2;
    }

    /// <summary>The public parameters that reach a model.</summary>
    public static IReadOnlySet<string> Parameters(ReplicateShape shape)
    {
        string[] names = ["aspect_ratio", "size", "seed", "safety_tolerance", .. shape.Upsamples ? (string[])["prompt_upsampling"] : []];
        return names.ToFrozenSet(StringComparer.Ordinal);
    }

    private static ProviderModel Row(string name, ReplicateShape shape, long? price) => new(
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
