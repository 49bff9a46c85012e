using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pictor.Providers.Fal;

/// <summary>The input of the image endpoints; each takes some of it, and what is null is not sent.</summary>
internal sealed record FalRequest
{
    public required string Prompt { get; init; }

    /// <summary>Endpoints that take one picture.</summary>
    public string? ImageUrl { get; init; }

    /// <summary>Endpoints that take several.</summary>
    public IReadOnlyList<string>? ImageUrls { get; init; }

    public string? AspectRatio { get; init; }

    public FalSize? ImageSize { get; init; }

    public int? NumImages { get; init; }

    /// <summary><c>jpeg</c> or <c>png</c>.</summary>
    public string? OutputFormat { get; init; }

    /// <summary>A number in a string: <c>"1"</c> to <c>"6"</c>.</summary>
    public string? SafetyTolerance { get; init; }

    public long? Seed { get; init; }

    public bool? EnhancePrompt { get; init; }
}

/// <summary>The free form of <c>image_size</c>.</summary>
internal sealed record FalSize(int Width, int Height);

/// <summary>The answer to a submit, and to a look at the status.</summary>
internal sealed record FalQueued
{
    public JsonElement RequestId { get; init; }

    /// <summary><c>IN_QUEUE</c>, <c>IN_PROGRESS</c>, <c>COMPLETED</c>; there is no status for failed.</summary>
    public JsonElement Status { get; init; }

    public JsonElement StatusUrl { get; init; }

    public JsonElement ResponseUrl { get; init; }

    public JsonElement Error { get; init; }

    public JsonElement ErrorType { get; init; }
}

/// <summary>The model's output.</summary>
internal sealed record FalResult
{
    /// <summary>Objects of which only <c>url</c> is sure.</summary>
    public JsonElement Images { get; init; }

    /// <summary>Some endpoints give one picture.</summary>
    public JsonElement Image { get; init; }

    public JsonElement Seed { get; init; }

    /// <summary>One boolean a picture; a picture with true is black.</summary>
    public JsonElement HasNsfwConcepts { get; init; }

    /// <summary>The name that other endpoints have for it.</summary>
    public JsonElement NsfwContentDetected { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FalRequest))]
[JsonSerializable(typeof(FalQueued))]
[JsonSerializable(typeof(FalResult))]
internal sealed partial class FalJson : JsonSerializerContext;
