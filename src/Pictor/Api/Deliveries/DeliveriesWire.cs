using System.Text.Json.Serialization;
using Pictor.Webhooks;

namespace Pictor.Api.Deliveries;

/// <summary>A delivery with its tries; the secret is never shown.</summary>
internal sealed record DeliveryWire
{
    public required string Id { get; init; }

    public string Object => "delivery";

    public required string Event { get; init; }

    public required string Job { get; init; }

    public required string Key { get; init; }

    public required string Url { get; init; }

    public required bool Signed { get; init; }

    /// <summary><c>pending</c>, <c>delivered</c>, <c>failed</c> or <c>disabled</c>.</summary>
    public required string Status { get; init; }

    public required long CreatedAt { get; init; }

    public long? NextAt { get; init; }

    public long? EndedAt { get; init; }

    public required IReadOnlyList<DeliveryTryWire> Tries { get; init; }

    public static DeliveryWire Of(Delivery delivery, IEnumerable<DeliveryTry> tries) => new()
    {
        Id = delivery.Id,
        Event = delivery.Event,
        Job = delivery.JobId,
        Key = delivery.KeyId,
        Url = delivery.Url,
        Signed = delivery.Secret is not null,
        Status = delivery.State,
        CreatedAt = delivery.CreatedAt / 1000,
        NextAt = delivery.NextAt / 1000,
        EndedAt = delivery.EndedAt / 1000,
        Tries = [.. tries.Select(made => new DeliveryTryWire(made.Number, made.StartedAt / 1000, made.Milliseconds, made.Status, made.Error, made.Body))],
    };
}

/// <summary>One try: the status and the first 64 KB of the answer, or what was in the way.</summary>
internal sealed record DeliveryTryWire(long Number, long StartedAt, long Milliseconds, long? Status, string? Error, string? Body);

internal sealed record DeliveryListWire(IReadOnlyList<DeliveryWire> Data, bool HasMore);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DeliveryListWire))]
internal sealed partial class DeliveriesWire : JsonSerializerContext;
