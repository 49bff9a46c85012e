using Pictor.Images;
using Pictor.Storage;

namespace Pictor.Assets;

/// <summary>The rows of assets.</summary>
internal sealed class AssetStore(Database database)
{
    private const string Columns = "id, job_id, position, format, width, height, bytes, sha256, created_at, expires_at";

    public static Task InsertAsync(Session session, Asset asset) =>
        session.ExecuteAsync(
            $"INSERT INTO assets ({Columns}) VALUES (@Id, @JobId, @Position, @format, @Width, @Height, @Bytes, @Sha256, @created, @expires)",
            new
            {
                asset.Id,
                asset.JobId,
                asset.Position,
                format = asset.Format.Name(),
                asset.Width,
                asset.Height,
                asset.Bytes,
                asset.Sha256,
                created = asset.CreatedAt.ToUnixTimeMilliseconds(),
                expires = asset.ExpiresAt.ToUnixTimeMilliseconds(),
            });

    /// <summary>Assets whose time is over, oldest first.</summary>
    public Task<IReadOnlyList<(string Id, string Format)>> ExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => session.QueryAsync<(string Id, string Format)>(
                "SELECT id, format FROM assets WHERE removed_at IS NULL AND expires_at <= @now ORDER BY expires_at LIMIT @limit",
                new { now = now.ToUnixTimeMilliseconds(), limit }),
            cancellationToken);

    /// <summary>Marks assets whose bytes are gone.</summary>
    public Task RemovedAsync(IReadOnlyList<string> ids, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session => session.ExecuteAsync("UPDATE assets SET removed_at = @now WHERE id IN @ids", new { ids, now = now.ToUnixTimeMilliseconds() }),
            cancellationToken);

    /// <summary>Which of these ids have a row.</summary>
    public Task<IReadOnlyList<string>> KnownAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.QueryAsync<string>("SELECT id FROM assets WHERE id IN @ids AND removed_at IS NULL", new { ids }), cancellationToken);
}
