using System.Collections.Frozen;
using Pictor.Images;

namespace Pictor.Catalog;

/// <summary>The models every installation starts with. Prices are USD a picture, read at the vendors' pages on the dates beside them.</summary>
internal static class DefaultModels
{
    private static readonly FrozenSet<string> FluxParameters = Set("aspect_ratio", "size", "seed", "safety_tolerance", "prompt_upsampling");
    private static readonly FrozenSet<string> GptParameters = Set("aspect_ratio", "size", "quality", "background", "moderation", "output_compression", "input_fidelity", "user");
    private static readonly FrozenSet<string> DallE3Parameters = Set("aspect_ratio", "size", "quality", "style", "user");
    private static readonly FrozenSet<string> DallE2Parameters = Set("aspect_ratio", "size", "user");
    private static readonly FrozenSet<string> SandboxParameters = Set(
        "aspect_ratio", "size", "seed", "safety_tolerance", "prompt_upsampling", "quality", "style", "background", "moderation", "output_compression", "input_fidelity", "watermark", "user");

    private static readonly Capabilities Flux = new()
    {
        Sizes = new SizeRule.RatioRange(new AspectRatio(3, 7), new AspectRatio(7, 3)),
        Parameters = FluxParameters,
        MaxReferences = 4,
        DefaultFormat = OutputFormat.Jpeg,
    };

    private static readonly Capabilities GptImage = new()
    {
        Sizes = new SizeRule.Listed(new PixelSize(1024, 1024), new PixelSize(1536, 1024), new PixelSize(1024, 1536)),
        Parameters = GptParameters,
        ChoosesSize = true,
        MaxReferences = 16,
        Mask = true,
        DefaultResponse = ResponseFormat.B64Json,
        Qualities = ["auto", "low", "medium", "high"],
        ReportsUsage = true,
    };

    private static readonly Capabilities GptMini = GptImage with { Parameters = Set([.. GptParameters.Where(name => name != "input_fidelity")]) };

    private static readonly Capabilities Sandbox = new()
    {
        Sizes = new SizeRule.Free(1, 64 * 64, 4096 * 4096, 4096, 16),
        Parameters = SandboxParameters,
        MaxReferences = 16,
        Mask = true,
        Qualities = ["auto", "low", "medium", "high"],
    };

    /// <summary>Of a model of which nothing is known.</summary>
    public static Capabilities Unknown { get; } = Sandbox with { Qualities = [] };

    /// <summary>In the order they are listed.</summary>
    public static IReadOnlyList<Model> All { get; } =
    [
        new("flux-kontext-pro", "black-forest-labs", "FLUX.1 Kontext pro: text to image and editing with references.", new DateOnly(2025, 5, 29), Flux, Price.Flat(0.035m, 0.040m, "bfl.ai/pricing, 2026-08")),
        new("flux-kontext-max", "black-forest-labs", "FLUX.1 Kontext max: as pro, with better typography and prompt adherence.", new DateOnly(2025, 5, 29), Flux, Price.Flat(0.07m, 0.08m, "bfl.ai/pricing, 2026-08")),
        new(
            "gpt-image-2",
            "openai",
            "GPT Image 2: free sizes, references, masks.",
            new DateOnly(2026, 4, 21),
            GptImage with { Sizes = new SizeRule.Free(16, 655_360, 8_294_400, 3840, 3) },
            GptImagePrices.Gpt2),
        new("gpt-image-1.5", "openai", "GPT Image 1.5: three sizes, references, masks.", new DateOnly(2025, 12, 16), GptImage, GptImagePrices.Gpt15),
        new("gpt-image-1", "openai", "GPT Image 1: three sizes, references, masks.", new DateOnly(2025, 4, 23), GptImage, GptImagePrices.Gpt1),
        new("gpt-image-1-mini", "openai", "GPT Image 1 mini: the small one, three sizes, references, masks.", new DateOnly(2025, 10, 6), GptMini, GptImagePrices.Gpt1Mini),
        new(
            "dall-e-3",
            "openai",
            "DALL·E 3: three sizes, two styles.",
            new DateOnly(2023, 11, 6),
            new Capabilities
            {
                Sizes = new SizeRule.Listed(new PixelSize(1024, 1024), new PixelSize(1792, 1024), new PixelSize(1024, 1792)),
                Parameters = DallE3Parameters,
                Qualities = ["standard", "hd"],
            },
            new Price(
                "USD",
                [
                    new PriceRow("hd", "square", Micros.Of(0.080m), Micros.Of(0.080m)),
                    new PriceRow("hd", null, Micros.Of(0.120m), Micros.Of(0.120m)),
                    new PriceRow(null, "square", Micros.Of(0.040m), Micros.Of(0.040m)),
                    new PriceRow(null, null, Micros.Of(0.080m), Micros.Of(0.080m)),
                ],
                "historic list, 2026-08")),
        new(
            "dall-e-2",
            "openai",
            "DALL·E 2: squares, edits and variations.",
            new DateOnly(2022, 11, 3),
            new Capabilities
            {
                Sizes = new SizeRule.Listed(new PixelSize(1024, 1024), new PixelSize(512, 512), new PixelSize(256, 256)),
                Parameters = DallE2Parameters,
                MaxReferences = 1,
                Mask = true,
            },
            Price.Flat(0.020m, 0.020m, "historic list, 2026-08")),
        new("gpt-4o-image", "openai", "The picture model of GPT-4o as relays offer it.", new DateOnly(2025, 3, 25), GptImage, Price.Flat(0.042m, 0.042m, "as gpt-image-1 medium, 2026-08")),
        new("sandbox", "pictor", "Draws locally, at no cost: for tests and demonstrations.", new DateOnly(2026, 11, 1), Sandbox, Price.Flat(0m, 0m, "free")),
        new("sandbox-slow", "pictor", "As sandbox, and takes 8 seconds.", new DateOnly(2026, 11, 1), Sandbox, Price.Flat(0m, 0m, "free")),
    ];

    /// <summary>
    /// A model that is in no catalogue: it takes what its provider's table says, at the vendor's list price. Where nothing is known,
    /// it takes whatever its channel takes, and has no price until the settings give one.
    /// </summary>
    public static Model Brought(BroughtModel brought) => new(
        brought.Name,
        "channel",
        "Brought by a channel.",
        new DateOnly(2026, 1, 1),
        brought.Capabilities ?? Unknown,
        brought.ListPrice is { } list ? new Price("USD", [new PriceRow(null, null, list, list)], $"the vendor's list price, read {brought.Checked}") : null);

    private static FrozenSet<string> Set(params string[] names) => names.ToFrozenSet(StringComparer.Ordinal);
}
