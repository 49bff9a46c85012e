using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pictor.Providers.Replicate;

/// <summary>The body of a new prediction.</summary>
internal sealed record ReplicateRequest(ReplicateInput Input)
{
    /// <summary>Only where the model is named by a version.</summary>
    public string? Version { get; init; }
}

/// <summary>The input of the Flux models; each takes some of it, and what is null is not sent.</summary>
internal sealed record ReplicateInput
{
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

    /// <summary>The one picture that 1.1-pro and ultra are inspired by.</summary>
    public string? ImagePrompt { get; init; }

    /// <summary>One of a list, or <c>custom</c> beside width and height.</summary>
    public string? AspectRatio { get; init; }

    public int? Width { get; init; }

    public int? Height { get; init; }

    public long? Seed { get; init; }

    public bool? PromptUpsampling { get; init; }

    public int? SafetyTolerance { get; init; }

    /// <summary><c>png</c>, <c>jpg</c> (not jpeg), for some models <c>webp</c>.</summary>
    public string? OutputFormat { get; init; }
}

/// <summary>A prediction as every call answers with it; read leniently.</summary>
internal sealed record ReplicatePrediction
{
    public JsonElement Id { get; init; }

    /// <summary><c>starting</c>, <c>processing</c>, <c>succeeded</c>, <c>failed</c>, <c>canceled</c>, <c>aborted</c>.</summary>
    public JsonElement Status { get; init; }

    /// <summary>A link, or an array of them.</summary>
    public JsonElement Output { get; init; }

    /// <summary>A string or null.</summary>
    public JsonElement Error { get; init; }

    /// <summary>Text with percentages in it.</summary>
    public JsonElement Logs { get; init; }

    public JsonElement DataRemoved { get; init; }

    public JsonElement Urls { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReplicateRequest))]
[JsonSerializable(typeof(ReplicatePrediction))]
internal sealed partial class ReplicateJson : JsonSerializerContext;
