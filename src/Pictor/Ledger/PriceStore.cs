using System.Text.Json;
using System.Text.Json.Serialization;
using Pictor.Catalog;
using Pictor.Storage;

namespace Pictor.Ledger;

/// <summary>The rows of prices that administrators set. An old one is never changed: what was quoted stays readable.</summary>
internal sealed class PriceStore(Database database, SettingsVersions versions, ModelCatalog catalog, TimeProvider time)
{
    private const string Columns = "model, effective_from, price, changed_at";

    /// <summary>Reads all prices into the catalogue.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(session => session.QueryAsync<Row>($"SELECT {Columns} FROM prices ORDER BY model, effective_from"), cancellationToken);
        catalog.Schedule([.. rows.Select(row => new ScheduledPrice(
            row.Model,
            DateTimeOffset.FromUnixTimeMilliseconds(row.EffectiveFrom),
            JsonSerializer.Deserialize(row.Price, PriceJson.Default.Price)!) { IsAtOnce = row.ChangedAt >= row.EffectiveFrom })]);
    }

    /// <summary>Sets the price of a model from a time on; jobs that are accepted before keep theirs.</summary>
    public async Task SetAsync(ScheduledPrice price, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var row = new Row
        {
            Model = price.Model,
            EffectiveFrom = price.EffectiveFrom.ToUnixTimeMilliseconds(),
            Price = JsonSerializer.Serialize(price.Price, PriceJson.Default.Price),
            ChangedAt = now,
        };
        await database.WriteAsync(
            SettingsVersions.LockOf(SettingsVersions.Prices),
            async session =>
            {
                await versions.ChangedAsync(session, SettingsVersions.Prices);
                await ForgetTheFutureAsync(session, row, now);
                await WriteAsync(session, row);
            },
            cancellationToken);
        versions.Tell(SettingsVersions.Prices);
        await LoadAsync(cancellationToken);
    }

    // What was set at once by a clock that stood too far ahead would come back over this one when that time comes: it ends where this is set.
    private static async Task ForgetTheFutureAsync(Session session, Row next, long now)
    {
        const string Ahead = "model = @Model AND changed_at >= effective_from AND effective_from > @now";
        if (await session.FirstOrDefaultAsync<Row>($"SELECT {Columns} FROM prices WHERE {Ahead} ORDER BY effective_from DESC LIMIT 1", new { next.Model, now }) is not { } last)
        {
            return;
        }

        await session.ExecuteAsync($"DELETE FROM prices WHERE {Ahead}", new { next.Model, now });
        if (next.EffectiveFrom > now)
        {
            // It holds until the next one begins.
            await WriteAsync(session, last with { EffectiveFrom = now, ChangedAt = now });
        }
    }

    private static Task WriteAsync(Session session, Row row) =>
        session.ExecuteAsync(
            $"""
             INSERT INTO prices ({Columns}) VALUES (@Model, @EffectiveFrom, @Price, @ChangedAt)
             ON CONFLICT (model, effective_from) DO UPDATE SET price = excluded.price, changed_at = excluded.changed_at
             """,
            row);

    private sealed record Row
    {
        public string Model { get; init; } = "";

        public long EffectiveFrom { get; init; }

        public string Price { get; init; } = "";

        public long ChangedAt { get; init; }
    }
}

/// <summary>How a price is written inside its row, and a quote inside its job's.</summary>
[JsonSourceGenerationOptions(IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(Price))]
[JsonSerializable(typeof(Quote))]
internal sealed partial class PriceJson : JsonSerializerContext;
