using System.Globalization;
using System.Text.Json;

namespace Pictor.Images;

/// <summary>What was asked for, checked and fitted to the model; stored with the job, so a restart can go on from it.</summary>
internal sealed record ImageRequest
{
    /// <summary>The word that leaves size or ratio to others.</summary>
    public const string Auto = "auto";

    /// <summary>The public model name.</summary>
    public required string Model { get; init; }

    /// <summary>The text without leading reference links; 1 to 32,000 characters.</summary>
    public required string Prompt { get; init; }

    /// <summary>The size to draw, legal for the model; null leaves it to the upstream (<c>auto</c>).</summary>
    public PixelSize? Size { get; init; }

    /// <summary>What was written for <c>size</c> where that are no pixels: <c>auto</c>, or a ratio.</summary>
    public string? SizeWord { get; init; }

    /// <summary>The ratio that was asked for; null when only a size or nothing was given.</summary>
    public AspectRatio? AspectRatio { get; init; }

    /// <summary>What was written for <c>aspect_ratio</c> where that is none: <c>auto</c>.</summary>
    public string? RatioWord { get; init; }

    /// <summary>0 to 4294967295, always set: drawn at random and reported when the caller gave none.</summary>
    public required uint Seed { get; init; }

    /// <summary>0 (strict) to 6.</summary>
    public int SafetyTolerance { get; init; } = 2;

    public bool PromptUpsampling { get; init; }

    public required OutputFormat OutputFormat { get; init; }

    public required ResponseFormat ResponseFormat { get; init; }

    /// <summary>How many pictures, 1 to 10.</summary>
    public int N { get; init; } = 1;

    /// <summary>In the order the caller gave them: the prompt's leading ones first.</summary>
    public IReadOnlyList<ReferenceImage> References { get; init; } = [];

    public ReferenceImage? Mask { get; init; }

    public string? Quality { get; init; }

    public string? Style { get; init; }

    public string? Background { get; init; }

    public string? Moderation { get; init; }

    public string? InputFidelity { get; init; }

    public string? User { get; init; }

    /// <summary>0 to 100, for jpeg and webp.</summary>
    public int? OutputCompression { get; init; }

    public bool? Watermark { get; init; }

    /// <summary>Seconds the links of the result live, 60 to 604800; null takes the setting.</summary>
    public int? UrlExpiresIn { get; init; }

    /// <summary>The names of the image parameters that the caller wrote itself; defaults nobody gave are not sent upstream.</summary>
    public IReadOnlyList<string> Given { get; init; } = [];

    /// <summary>Parameters beyond the contract, kept for providers that declare them.</summary>
    public IReadOnlyDictionary<string, JsonElement> Extra { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>True when a picture is to be drawn anew and the caller wrote no prompt of its own.</summary>
    public bool IsVariation { get; init; }

    /// <summary>True when nothing was fitted to the model: the channel that is asked first passes on what was given as it was given.</summary>
    public bool IsUnjudged { get; init; }

    /// <summary>True when the caller wants all of it as given, or nothing: a channel that would change something is not asked.</summary>
    public bool IsStrict { get; init; }

    /// <summary>True when the caller wrote the parameter.</summary>
    public bool Gave(string param) => Given.Contains(param, StringComparer.Ordinal);

    /// <summary>What the caller wrote for an optional parameter, for warnings.</summary>
    public string? Shown(string param) => param switch
    {
        "aspect_ratio" => RatioWord ?? AspectRatio?.ToString(),
        "size" => Size?.ToString() ?? SizeWord,
        "seed" => Seed.ToString(CultureInfo.InvariantCulture),
        "safety_tolerance" => SafetyTolerance.ToString(CultureInfo.InvariantCulture),
        "prompt_upsampling" => PromptUpsampling ? "true" : "false",
        "quality" => Quality,
        "style" => Style,
        "user" => User,
        "background" => Background,
        "moderation" => Moderation,
        "output_compression" => OutputCompression?.ToString(CultureInfo.InvariantCulture),
        "watermark" => Watermark is { } mark ? mark ? "true" : "false" : null,
        "input_fidelity" => InputFidelity,
        _ => null,
    };
}
