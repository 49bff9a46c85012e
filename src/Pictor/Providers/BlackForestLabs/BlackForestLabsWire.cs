using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pictor.Providers.BlackForestLabs;

/// <summary>The body of every generation endpoint; each model takes some of it, and what is null is not sent.</summary>
internal sealed record BlackForestLabsRequest
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

    /// <summary>The one picture that flux-pro-1.1 and ultra are inspired by.</summary>
    public string? ImagePrompt { get; init; }

    public string? AspectRatio { get; init; }

    public int? Width { get; init; }

    public int? Height { get; init; }

    public long? Seed { get; init; }

    public bool? PromptUpsampling { get; init; }

    public int? SafetyTolerance { get; init; }

    /// <summary><c>jpeg</c>, <c>png</c> or <c>webp</c>.</summary>
    public string? OutputFormat { get; init; }
}

/// <summary>The answer to a submit.</summary>
internal sealed record BlackForestLabsAccepted
{
    /// <summary>A string; read as whatever it is.</summary>
    public JsonElement Id { get; init; }

    public JsonElement PollingUrl { get; init; }

    /// <summary>Credits; one is 0.01 USD.</summary>
    public JsonElement Cost { get; init; }
}

/// <summary>The answer to a poll.</summary>
internal sealed record BlackForestLabsStatus
{
    public JsonElement Status { get; init; }

    /// <summary>Where some copies of the service say <c>status</c>.</summary>
    public JsonElement State { get; init; }

    public JsonElement Result { get; init; }

    public JsonElement Progress { get; init; }

    public JsonElement Details { get; init; }

    public JsonElement Cost { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BlackForestLabsRequest))]
[JsonSerializable(typeof(BlackForestLabsAccepted))]
[JsonSerializable(typeof(BlackForestLabsStatus))]
internal sealed partial class BlackForestLabsJson : JsonSerializerContext;
