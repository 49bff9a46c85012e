using System.Collections.Frozen;
using Pictor.Images;

namespace Pictor.Providers.Fal;

/// <summary>How a family of endpoints is told the shape of a picture.</summary>
internal enum FalShapeForm
{
    /// <summary><c>aspect_ratio</c> out of nine.</summary>
    ListedRatio,

    /// <summary><c>aspect_ratio</c>, any.</summary>
    FreeRatio,

    /// <summary><c>image_size</c> as width and height.</summary>
    Pixels,
}

/// <summary>A family of endpoints: one model under several sub-paths, of which the number of pictures chooses one.</summary>
internal sealed record FalFamily
{
    /// <summary>The endpoint that the sub-paths hang on.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The sub-path without a picture.</summary>
    public string WithoutPicture { get; init; } = "";

    /// <summary>The sub-path with one picture.</summary>
    public string WithOne { get; init; } = "";

    /// <summary>The sub-path with several pictures.</summary>
    public string WithSeveral { get; init; } = "";

    /// <summary>True where one picture goes in as <c>image_url</c>, false for <c>image_urls</c>.</summary>
    public bool TakesOneByItself { get; init; }

    public required FalShapeForm Form { get; init; }

    public required SizeRule Sizes { get; init; }

    public int MaxReferences { get; init; }

    /// <summary>1 where there is no <c>num_images</c>.</summary>
    public int MaxPerCall { get; init; } = 1;

    public int LargestTolerance { get; init; } = 6;

    public bool Enhances { get; init; }

    /// <summary>Micro-units of USD a picture, or null where it is priced by the megapixel.</summary>
    public long? Price { get; init; }
}

/// <summary>fal's endpoints for Flux, also found by the name of the public model.</summary>
internal static class FalModels
{
    private const string Read = "2026-08-02";

    private static readonly SizeRule KontextSizes = new SizeRule.RatioRange(new AspectRatio(9, 21), new AspectRatio(21, 9), Multiple: 32);
    private static readonly SizeRule Flux2Sizes = new SizeRule.Free(16, 256 * 256, 2048 * 2048, 2048, 8);
    private static readonly string[] SubPaths = ["/text-to-image", "/multi", "/edit"];

    private static readonly (string Public, FalFamily Family)[] Families =
    [
        ("flux-kontext-pro", Kontext("fal-ai/flux-pro/kontext", 40_000)),
        ("flux-kontext-max", Kontext("fal-ai/flux-pro/kontext/max", 80_000)),
        ("flux-pro-1.1", new FalFamily
        {
            Endpoint = "fal-ai/flux-pro/v1.1",
            Form = FalShapeForm.Pixels,
            Sizes = new SizeRule.Free(32, 256 * 256, 1440 * 1440, 1440, 5.625),
            MaxPerCall = 4,
            Enhances = true,
        }),
        ("flux-pro-1.1-ultra", new FalFamily
        {
            Endpoint = "fal-ai/flux-pro/v1.1-ultra",
            TakesOneByItself = true,
            Form = FalShapeForm.FreeRatio,
            Sizes = new SizeRule.RatioRange(new AspectRatio(9, 21), new AspectRatio(21, 9), 2048 * 2048, 32),
            MaxReferences = 1,
            MaxPerCall = 4,
            Enhances = true,
            Price = 60_000,
        }),
        ("flux-2-pro", Flux2("fal-ai/flux-2-pro")),
        ("flux-2-max", Flux2("fal-ai/flux-2-max")),
        ("flux-2-flex", Flux2("fal-ai/flux-2-flex")),
    ];

    public static IReadOnlyList<ProviderModel> All { get; } =
        [.. Families.SelectMany(entry => new[] { Row(entry.Family.Endpoint, entry.Family), Row(entry.Public, entry.Family) })];

    /// <summary>The family of an upstream model name: an endpoint with or without its sub-path, or a public name.</summary>
    public static FalFamily FamilyOf(string model)
    {
        var name = model.Trim('/');
        var known = Array.Find(Families, entry => entry.Public == name || entry.Family.Endpoint == WithoutSubPath(name)).Family;

        // An endpoint nobody knows here is called as it is written, with the fields that most of them have.
        return known ?? new FalFamily
        {
            Endpoint = name,
            TakesOneByItself = true,
            Form = FalShapeForm.Pixels,
            Sizes = new SizeRule.Free(8, 256 * 256, 2048 * 2048, 2048, 8),
            MaxReferences = 8,
        };
    }

    /// <summary>The path a call with this many pictures is posted to.</summary>
    public static string Path(FalFamily family, int pictures) => family.Endpoint + pictures switch
    {
        0 => family.WithoutPicture,
        1 => family.WithOne,
        _ => family.WithSeveral,
    };

    /// <summary>The application of a path: sub-paths are dropped in every address but that of the submit.</summary>
    public static string Application(string path)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var length = segments is ["workflows" or "comfy", ..] ? 3 : 2;
        return string.Join('/', segments.Take(length));
    }

    /// <summary>The public parameters that reach an endpoint.</summary>
    public static IReadOnlySet<string> Parameters(FalFamily family)
    {
        string[] names = ["aspect_ratio", "size", "seed", "safety_tolerance", .. family.Enhances ? (string[])["prompt_upsampling"] : []];
        return names.ToFrozenSet(StringComparer.Ordinal);
    }

    private static string WithoutSubPath(string name) =>
        Array.Find(SubPaths, path => name.EndsWith(path, StringComparison.Ordinal)) is { } found ? name[..^found.Length] : name;

    private static FalFamily Kontext(string endpoint, long price) => new()
    {
        Endpoint = endpoint,
        WithoutPicture = "/text-to-image",
        WithSeveral = "/multi",
        TakesOneByItself = true,
        Form = FalShapeForm.ListedRatio,
        Sizes = KontextSizes,
        MaxReferences = 4,
        MaxPerCall = 4,
        Enhances = true,
        Price = price,
    };

    private static FalFamily Flux2(string endpoint) => new()
    {
        Endpoint = endpoint,
        WithOne = "/edit",
        WithSeveral = "/edit",
        Form = FalShapeForm.Pixels,
        Sizes = Flux2Sizes,
        MaxReferences = 8,
        LargestTolerance = 5,
    };

    private static ProviderModel Row(string name, FalFamily family) => new(
        name,
        new Capabilities
        {
            Sizes = family.Sizes,
            Parameters = Parameters(family),
            MaxReferences = family.MaxReferences,
            DefaultFormat = OutputFormat.Jpeg,
        },
        family.Price,
        Read,
        family.MaxPerCall);
}
