using System.Text.Json.Serialization;
using Pictor.Catalog;
using Pictor.Images;
using Pictor.Jobs;

namespace Pictor.Api.Estimate;

/// <summary>An estimate; amounts are decimal strings, the percentage is a number.</summary>
internal sealed record EstimateWire
{
    public string Object => "image.estimate";

    public required string Model { get; init; }

    public required int Count { get; init; }

    public required string PricePerImage { get; init; }

    public required string ListPricePerImage { get; init; }

    public required string Cost { get; init; }

    public required string ListCost { get; init; }

    public required string Saved { get; init; }

    /// <summary>Of the list price, rounded to two decimals.</summary>
    public required decimal SavedPercent { get; init; }

    public required string Currency { get; init; }

    public string? Size { get; init; }

    public int? Width { get; init; }

    public int? Height { get; init; }

    public required IReadOnlyList<EstimateWarningWire> Warnings { get; init; }

    public required IReadOnlyList<string> Channels { get; init; }

    public bool? Sandbox { get; init; }

    public static EstimateWire Of(JobEstimate estimate) => new()
    {
        Model = estimate.Model,
        Count = estimate.Count,
        PricePerImage = estimate.Quote.Highest.ToString(),
        ListPricePerImage = estimate.Quote.HighestList.ToString(),
        Cost = estimate.Cost.ToString(),
        ListCost = estimate.ListCost.ToString(),
        Saved = (estimate.ListCost - estimate.Cost).ToString(),
        SavedPercent = Percent(estimate.ListCost - estimate.Cost, estimate.ListCost),
        Currency = estimate.Currency,
        Size = estimate.Size?.ToString(),
        Width = estimate.Size?.Width,
        Height = estimate.Size?.Height,
        Warnings = [.. estimate.Warnings.Select(EstimateWarningWire.Of)],
        Channels = estimate.Channels,
        Sandbox = estimate.IsSandbox ? true : null,
    };

    private static decimal Percent(Micros part, Micros whole) =>
        whole.Value == 0 ? 0m : decimal.Round(part.Value * 100m / whole.Value, 2, MidpointRounding.AwayFromZero);
}

internal sealed record EstimateWarningWire(string Param, string Action, string? Requested, string? Used, string Message)
{
    public static EstimateWarningWire Of(Warning warning) => new(warning.Param, warning.Action, warning.Requested, warning.Used, warning.Message);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EstimateWire))]
internal sealed partial class EstimateJson : JsonSerializerContext;
