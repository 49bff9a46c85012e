namespace Pictor.Keys;

/// <summary>What a caller holds. The secret itself is not here: it is shown once and kept as a hash.</summary>
internal sealed record ApiKey
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>First and last characters, to tell keys apart.</summary>
    public required string Hint { get; init; }

    public bool IsAdmin { get; init; }

    /// <summary>The models it may use; null for all.</summary>
    public IReadOnlyList<string>? Models { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>What it may spend; null for no limit.</summary>
    public Budget? Budget { get; init; }

    /// <summary>How fast it may spend.</summary>
    public KeyLimits Limits { get; init; } = KeyLimits.None;

    /// <summary>How its calls wait.</summary>
    public KeyWaiting Waiting { get; init; } = KeyWaiting.ToTheEnd;

    /// <summary>Where the end of each of its jobs is told, beside a job's own webhook.</summary>
    public KeyWebhook? Webhook { get; init; }

    public bool MayUse(string model) => Models is null || Models.Contains(model, StringComparer.Ordinal);

    public bool IsUsable(DateTimeOffset now) => DisabledAt is null && (ExpiresAt is null || ExpiresAt > now);
}

/// <summary>The standing webhook of a key; its secret is sealed in the row and comes back to nobody.</summary>
internal sealed record KeyWebhook(string Url, bool IsSigned);
