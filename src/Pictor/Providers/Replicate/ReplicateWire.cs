using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pictor.Providers.Replicate;

/// <summary>The body of a new prediction.</summary>
internal sealed record ReplicateRequest(FluxInput Input)
{
    /// <summary>Only where the model is named by a version.</summary>
    public string? Version { get; init; }
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

/// <summary>A file that was uploaded.</summary>
internal sealed record ReplicateFile
{
    public JsonElement Urls { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReplicateRequest))]
[JsonSerializable(typeof(ReplicatePrediction))]
[JsonSerializable(typeof(ReplicateFile))]
internal sealed partial class ReplicateJson : JsonSerializerContext;
