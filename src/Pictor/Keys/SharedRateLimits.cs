using System.Collections.Concurrent;
using Pictor.Errors;
using Pictor.Storage;

namespace Pictor.Keys;

/// <summary>
/// The same limits over all replicas: a row for each second of a key that has limits, by the database's clock. A second counts
/// until all of it is a minute ago, so that at no time more than the limit falls into any 60 seconds.
/// </summary>
internal sealed class SharedRateLimits(Database database, TimeProvider time) : IRateLimits
{
    private const int Window = 61;
    private readonly ConcurrentDictionary<string, (RateStanding Standing, long At)> _seen = new(StringComparer.Ordinal);

    public async ValueTask TakeAsync(ApiKey key, int images)
    {
        var limits = key.Limits;
        if (limits.RequestsPerMinute is null && limits.ImagesPerMinute is null)
        {
            return;
        }

        RateLimits.RefuseTooMany(limits, images);
        await database.WriteAsync(Locks.Key(key.Id), session => TakeAsync(session, key, images), CancellationToken.None);
    }

    public RateStanding Standing(ApiKey key) =>
        _seen.TryGetValue(key.Id, out var seen) && time.GetElapsedTime(seen.At) < TimeSpan.FromSeconds(Window)
            ? seen.Standing
            : new RateStanding(Count(key.Limits.RequestsPerMinute, 0, 0), Count(key.Limits.ImagesPerMinute, 0, 0));

    private async Task TakeAsync(Session session, ApiKey key, int images)
    {
        var now = await session.FirstOrDefaultAsync<long>($"SELECT {session.Dialect.Now}");
        var (second, passed) = (now / 1000, TimeSpan.FromMilliseconds(now % 1000));
        await session.ExecuteAsync("DELETE FROM key_rates WHERE key_id = @Id AND second <= @over", new { key.Id, over = second - Window });
        var rows = await session.QueryAsync<Row>("SELECT second, requests, images FROM key_rates WHERE key_id = @Id ORDER BY second", new { key.Id });
        Refuse(rows, row => row.Requests, key.Limits.RequestsPerMinute, 1, $"This key may make {key.Limits.RequestsPerMinute} requests a minute.");
        Refuse(rows, row => row.Images, key.Limits.ImagesPerMinute, images, $"This key may make {key.Limits.ImagesPerMinute} pictures a minute.");
        await session.ExecuteAsync(
            """
            INSERT INTO key_rates (key_id, second, requests, images) VALUES (@Id, @second, 1, @images)
            ON CONFLICT (key_id, second) DO UPDATE SET requests = key_rates.requests + 1, images = key_rates.images + excluded.images
            """,
            new { key.Id, second, images });
        _seen[key.Id] = (
            new RateStanding(Count(key.Limits.RequestsPerMinute, rows.Sum(row => row.Requests) + 1, Window), Count(key.Limits.ImagesPerMinute, rows.Sum(row => row.Images) + images, Window)),
            time.GetTimestamp());

        void Refuse(IReadOnlyList<Row> taken, Func<Row, long> amount, int? limit, int more, string message)
        {
            var tooMany = limit is { } most ? taken.Sum(amount) + more - most : 0;
            if (tooMany <= 0)
            {
                return;
            }

            var leaving = taken.First(row => (tooMany -= amount(row)) <= 0);
            throw new GatewayException(new GatewayError(ErrorKind.RateLimited, message, RetryAfter: TimeSpan.FromSeconds(leaving.Second + Window - second) - passed));
        }
    }

    private static RateCount? Count(int? limit, long taken, int reset) =>
        limit is { } most ? new RateCount(most, (int)Math.Max(0, most - taken), TimeSpan.FromSeconds(reset)) : null;

    private sealed record Row
    {
        public long Second { get; init; }

        public long Requests { get; init; }

        public long Images { get; init; }
    }
}
