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

    public required long CreatedAt { get; init; }

    public long? ExpiresAt { get; init; }

    public required bool Disabled { get; init; }

    public string? Key { get; init; }

    public static KeyWire Of(ApiKey key, string? secret = null) => new()
    {
        Id = key.Id,
        Name = key.Name,
        Hint = key.Hint,
        Admin = key.IsAdmin,
        Models = key.Models,
        CreatedAt = key.CreatedAt.ToUnixTimeSeconds(),
        ExpiresAt = key.ExpiresAt?.ToUnixTimeSeconds(),
        Disabled = key.DisabledAt is not null,
        Key = secret,
    };
}

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
