using System.Text.Json;
using System.Text.Json.Serialization;
using Pictor.Catalog;
using Pictor.Storage;

namespace Pictor.Ledger;

/// <summary>The rows of prices that administrators set. An old one is never changed: what was quoted stays readable.</summary>
internal sealed class PriceStore(Database database, SettingsVersions versions, ModelCatalog catalog, TimeProvider time)
{
    /// <summary>Reads all prices into the catalogue.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(session => session.QueryAsync<Row>("SELECT model, effective_from, price FROM prices ORDER BY model, effective_from"), cancellationToken);
        catalog.Schedule([.. rows.Select(row => new ScheduledPrice(
            row.Model,
            DateTimeOffset.FromUnixTimeMilliseconds(row.EffectiveFrom),
            JsonSerializer.Deserialize(row.Price, PriceJson.Default.Price)!))]);
    }

    /// <summary>Sets the price of a model from a time on; jobs that are accepted before keep theirs.</summary>
    public async Task SetAsync(ScheduledPrice price, CancellationToken cancellationToken)
    {
        await database.WriteAsync(
            SettingsVersions.LockOf(SettingsVersions.Prices),
            async session =>
            {
                await versions.ChangedAsync(session, SettingsVersions.Prices);
                await session.ExecuteAsync(
                    """
                    INSERT INTO prices (model, effective_from, price, changed_at) VALUES (@Model, @from, @json, @now)
                    ON CONFLICT (model, effective_from) DO UPDATE SET price = excluded.price, changed_at = excluded.changed_at
                    """,
                    new
                    {
                        price.Model,
                        from = price.EffectiveFrom.ToUnixTimeMilliseconds(),
                        json = JsonSerializer.Serialize(price.Price, PriceJson.Default.Price),
                        now = time.GetUtcNow().ToUnixTimeMilliseconds(),
                    });
            },
            cancellationToken);
        versions.Tell(SettingsVersions.Prices);
        await LoadAsync(cancellationToken);
    }

    private sealed record Row
    {
        public string Model { get; init; } = "";

        public long EffectiveFrom { get; init; }

        public string Price { get; init; } = "";
    }
}

/// <summary>How a price is written inside its row, and a quote inside its job's.</summary>
[JsonSourceGenerationOptions(IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(Price))]
[JsonSerializable(typeof(Quote))]
internal sealed partial class PriceJson : JsonSerializerContext;
