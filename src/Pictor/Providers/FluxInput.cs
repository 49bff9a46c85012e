using System.Text.Json.Serialization;
using Pictor.Images;

namespace Pictor.Providers;

/// <summary>
/// What a Flux model is asked for, in the names of its maker; whoever runs the model keeps them. Each model takes some of it, and what
/// is null is not sent.
/// </summary>
internal sealed record FluxInput
{
    private const int ShortestSide = 256;

    public required string Prompt { get; init; }

    [JsonPropertyName("input_image")]
    public string? InputImage1 { get; init; }

    [JsonPropertyName("input_image_2")]
    public string? InputImage2 { get; init; }

    [JsonPropertyName("input_image_3")]
    public string? InputImage3 { get; init; }

    [JsonPropertyName("input_image_4")]
    public string? InputImage4 { get; init; }

    [JsonPropertyName("input_image_5")]
    public string? InputImage5 { get; init; }

    [JsonPropertyName("input_image_6")]
    public string? InputImage6 { get; init; }

    [JsonPropertyName("input_image_7")]
    public string? InputImage7 { get; init; }

    [JsonPropertyName("input_image_8")]
    public string? InputImage8 { get; init; }

    /// <summary>The one picture that flux-pro-1.1 and ultra are inspired by.</summary>
    public string? ImagePrompt { get; init; }

    /// <summary>A ratio; at Replicate <c>custom</c> beside width and height.</summary>
    public string? AspectRatio { get; init; }

    public int? Width { get; init; }

    public int? Height { get; init; }

    public long? Seed { get; init; }

    public bool? PromptUpsampling { get; init; }

    public int? SafetyTolerance { get; init; }

    /// <summary><c>jpeg</c> (at Replicate <c>jpg</c>), <c>png</c> or, for some models, <c>webp</c>.</summary>
    public string? OutputFormat { get; init; }

    /// <param name="pictures">The reference images as the body is to hold them, no more than the model takes.</param>
    /// <param name="arePrompt">True where the one picture is <c>image_prompt</c>.</param>
    public FluxInput WithPictures(IReadOnlyList<string> pictures, bool arePrompt)
    {
        return arePrompt
            ? this with { ImagePrompt = At(0) }
            : this with
            {
                InputImage1 = At(0),
                InputImage2 = At(1),
                InputImage3 = At(2),
                InputImage4 = At(3),
                InputImage5 = At(4),
                InputImage6 = At(5),
                InputImage7 = At(6),
                InputImage8 = At(7),
            };

        string? At(int index) => index < pictures.Count ? pictures[index] : null;
    }

    /// <summary>The size that a model which takes pixels is asked for.</summary>
    public static PixelSize SizeOf(SizeRule rule, PixelSize wanted)
    {
        // SizeFit knows no shortest side.
        var fitted = RequestFit.Size(rule, wanted);
        return new PixelSize(Math.Max(ShortestSide, fitted.Width), Math.Max(ShortestSide, fitted.Height));
    }

    /// <summary>The public parameter behind a field that was found at fault.</summary>
    public static string? Param(string? field) => field switch
    {
        null => null,
        "width" or "height" => "size",
        "image_prompt" => "input_image",
        _ when field.StartsWith("input_image", StringComparison.Ordinal) => "input_image",
        "prompt" or "aspect_ratio" or "seed" or "safety_tolerance" or "prompt_upsampling" or "output_format" => field,
        _ => null,
    };
}
