namespace Pictor.Webhooks;

/// <summary>One event on its way to one address.</summary>
internal sealed record Delivery
{
    public const string Pending = "pending";
    public const string Delivered = "delivered";
    public const string Failed = "failed";
    public const string Disabled = "disabled";

    /// <summary>The <c>webhook-id</c> of every try.</summary>
    public string Id { get; init; } = "";

    public string JobId { get; init; } = "";

    public string KeyId { get; init; } = "";

    /// <summary>Like <c>image.generation.succeeded</c>.</summary>
    public string Event { get; init; } = "";

    public string Url { get; init; } = "";

    /// <summary>What shares its places: a key's address without its path.</summary>
    public string Receiver { get; init; } = "";

    /// <summary>Sealed, or null for an unsigned delivery.</summary>
    public string? Secret { get; init; }

    /// <summary>What the secret is sealed for.</summary>
    public string Owner { get; init; } = "";

    public string State { get; init; } = Pending;

    /// <summary>How far in the schedule it is.</summary>
    public long Step { get; init; }

    /// <summary>How often it was tried in all.</summary>
    public long Tries { get; init; }

    /// <summary>Milliseconds since 1970, as all times here.</summary>
    public long CreatedAt { get; init; }

    /// <summary>Null when it is not tried any more.</summary>
    public long? NextAt { get; init; }

    public long? EndedAt { get; init; }
}

/// <summary>One try of a delivery, and what the receiver said.</summary>
internal sealed record DeliveryTry
{
    public string DeliveryId { get; init; } = "";

    /// <summary>From 1.</summary>
    public long Number { get; init; }

    public long StartedAt { get; init; }

    public long Milliseconds { get; init; }

    /// <summary>Null when there was no answer.</summary>
    public long? Status { get; init; }

    public string? Error { get; init; }

    /// <summary>The first 64 KB of the answer.</summary>
    public string? Body { get; init; }

    public bool Succeeded => Status is >= 200 and < 300;
}
