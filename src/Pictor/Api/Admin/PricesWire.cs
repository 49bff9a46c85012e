using System.Text.Json.Serialization;
using Pictor.Catalog;

namespace Pictor.Api.Admin;

/// <summary>The price of one model; no rows for a model that has none and so cannot be used.</summary>
internal sealed record PriceWire
{
    public required string Model { get; init; }

    public string Object => "price";

    public string? Currency { get; init; }

    public string? Source { get; init; }

    /// <summary>When an administrator's price began; absent for the defaults and the settings.</summary>
    public long? EffectiveFrom { get; init; }

    /// <summary>The first row that matches decides.</summary>
    public required IReadOnlyList<PriceRowWire> Rows { get; init; }

    /// <summary>Prices that begin later.</summary>
    public IReadOnlyList<ScheduledPriceWire>? Scheduled { get; init; }

    public static PriceWire Of(Model model, IEnumerable<ScheduledPrice> scheduled)
    {
        var all = scheduled.ToList();
        var now = all.FindLastIndex(price => ReferenceEquals(price.Price, model.Price));
        var later = all.Skip(now + 1).Select(price => new ScheduledPriceWire(price.EffectiveFrom.ToUnixTimeSeconds(), Of(price.Price), price.Price.Source)).ToList();
        return new PriceWire
        {
            Model = model.Name,
            Currency = model.Price?.Currency,
            Source = model.Price?.Source,
            EffectiveFrom = now < 0 ? null : all[now].EffectiveFrom.ToUnixTimeSeconds(),
            Rows = model.Price is null ? [] : Of(model.Price),
            Scheduled = later.Count == 0 ? null : later,
        };
    }

    private static IReadOnlyList<PriceRowWire> Of(Price price) =>
        [.. price.Rows.Select(row => new PriceRowWire(row.Quality, row.Shape, row.MaxPixels, row.Ours.ToString(), row.List.ToString()))];
}

internal sealed record PriceRowWire(string? Quality, string? Shape, long? MaxPixels, string Price, string ListPrice);

internal sealed record ScheduledPriceWire(long EffectiveFrom, IReadOnlyList<PriceRowWire> Rows, string Source);

internal sealed record PriceListWire(IReadOnlyList<PriceWire> Data, bool HasMore);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PriceListWire))]
internal sealed partial class PricesWire : JsonSerializerContext;
