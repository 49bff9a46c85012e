using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pictor.Providers.BlackForestLabs;

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
[JsonSerializable(typeof(FluxInput))]
[JsonSerializable(typeof(BlackForestLabsAccepted))]
[JsonSerializable(typeof(BlackForestLabsStatus))]
internal sealed partial class BlackForestLabsJson : JsonSerializerContext;
