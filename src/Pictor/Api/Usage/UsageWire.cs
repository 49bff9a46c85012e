using System.Text.Json.Serialization;
using Pictor.Ledger;

namespace Pictor.Api.Usage;

/// <summary>One sum; amounts are decimal strings in USD. What it cost upstream is only for administrators.</summary>
internal sealed record UsageWire
{
    public string? Day { get; init; }

    public string? Model { get; init; }

    public string? Key { get; init; }

    public string? Channel { get; init; }

    public bool? Sandbox { get; init; }

    public required long Jobs { get; init; }

    public required long Pictures { get; init; }

    public required string Cost { get; init; }

    public required string ListCost { get; init; }

    public required string Saved { get; init; }

    /// <summary>As far as channels say it.</summary>
    public string? UpstreamCost { get; init; }

    public string? Loss { get; init; }

    /// <summary>Cost less upstream cost and loss.</summary>
    public string? Margin { get; init; }

    /// <summary>Pictures whose channel did not say what they cost; the margin takes them for free.</summary>
    public long? UncostedPictures { get; init; }

    public string Currency => "USD";

    public static UsageWire Of(UsageRow row, bool withUpstream) => new()
    {
        Day = row.Date,
        Model = row.Model,
        Key = row.Key,
        Channel = row.Channel,
        Sandbox = row.IsSandbox != 0 ? true : null,
        Jobs = row.Jobs,
        Pictures = row.Pictures,
        Cost = QueryFilters.Amount(row.Cost),
        ListCost = QueryFilters.Amount(row.ListCost),
        Saved = QueryFilters.Amount(row.ListCost - row.Cost),
        UpstreamCost = withUpstream ? QueryFilters.Amount(row.UpstreamCost) : null,
        Loss = withUpstream ? QueryFilters.Amount(row.Loss) : null,
        Margin = withUpstream ? QueryFilters.Amount(row.Cost - row.UpstreamCost - row.Loss) : null,
        UncostedPictures = withUpstream ? row.UncostedPictures : null,
    };
}

internal sealed record UsageListWire(IReadOnlyList<UsageWire> Data, long From, long To, IReadOnlyList<string> By)
{
    public string Object => "list";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UsageListWire))]
internal sealed partial class UsageJson : JsonSerializerContext;
