using System.Text.Json.Serialization;
using Pictor.Keys;

namespace Pictor.Api.Admin;

/// <summary>A key as the admin API shows it; the secret is there only in the answer that made it.</summary>
internal sealed record KeyWire
{
    public required string Id { get; init; }

    public string Object => "key";

    public required string Name { get; init; }

    public required string Hint { get; init; }

    public required bool Admin { get; init; }

    public IReadOnlyList<string>? Models { get; init; }

    public BudgetWire? Budget { get; init; }

    public LimitsWire? Limits { get; init; }

    public KeyWaitingWire? Waiting { get; init; }

    public KeyWebhookWire? Webhook { get; init; }

    /// <summary>Charged since the key was made, less what was given back.</summary>
    public required string Used { get; init; }

    /// <summary>Reserved for jobs that run.</summary>
    public required string Held { get; init; }

    public required long OpenJobs { get; init; }

    public required long CreatedAt { get; init; }

    public long? ExpiresAt { get; init; }

    public required bool Disabled { get; init; }

    public string? Key { get; init; }

    public static KeyWire Of(ApiKey key, KeySpending? spending, string? secret = null) => new()
    {
        Id = key.Id,
        Name = key.Name,
        Hint = key.Hint,
        Admin = key.IsAdmin,
        Models = key.Models,
        Budget = spending?.Budget is { } budget ? new BudgetWire(budget.Amount.ToString(), budget.Period, spending.Counted.ToString(), spending.Left.ToString()!) : null,
        Limits = key.Limits == KeyLimits.None ? null : new LimitsWire(key.Limits.RequestsPerMinute, key.Limits.ImagesPerMinute, key.Limits.Concurrent),
        Waiting = key.Waiting == KeyWaiting.ToTheEnd ? null : KeyWaitingWire.Of(key.Waiting),
        Webhook = key.Webhook is { } webhook ? new KeyWebhookWire(webhook.Url, webhook.IsSigned) : null,
        Used = (spending?.Used ?? default).ToString(),
        Held = (spending?.Held ?? default).ToString(),
        OpenJobs = spending?.OpenJobs ?? 0,
        CreatedAt = key.CreatedAt.ToUnixTimeSeconds(),
        ExpiresAt = key.ExpiresAt?.ToUnixTimeSeconds(),
        Disabled = key.DisabledAt is not null,
        Key = secret,
    };
}

/// <summary>A budget, what of it is used in its period, and what may still be held.</summary>
internal sealed record BudgetWire(string Amount, string Period, string Used, string Remaining);

internal sealed record LimitsWire(int? RequestsPerMinute, int? ImagesPerMinute, int? Concurrent);

/// <summary>How the calls of a key wait.</summary>
internal sealed record KeyWaitingWire(int? Seconds, string? Then, int AcceptedStatus)
{
    public static KeyWaitingWire Of(KeyWaiting waiting) => new((int?)waiting.After?.TotalSeconds, waiting.After is null ? null : waiting.Then, waiting.AcceptedStatus);
}

/// <summary>A standing webhook; its secret is never given back.</summary>
internal sealed record KeyWebhookWire(string Url, bool Signed);

internal sealed record KeyListWire(IReadOnlyList<KeyWire> Data, bool HasMore);

internal sealed record KeyDeletedWire(string Id)
{
    public string Object => "key";

    public bool Deleted => true;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeyListWire))]
[JsonSerializable(typeof(KeyDeletedWire))]
internal sealed partial class KeysWire : JsonSerializerContext;
