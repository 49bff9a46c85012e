using Pictor.Images;
using Pictor.Storage;

namespace Pictor.Assets;

/// <summary>The rows of assets.</summary>
internal sealed class AssetStore(Database database)
{
    private const string Columns = "id, job_id, position, is_late, seed, revised, format, width, height, bytes, sha256, created_at, expires_at, quality";

    public static Task InsertAsync(Session session, Asset asset) =>
        session.ExecuteAsync(
            $"INSERT INTO assets ({Columns}) VALUES (@Id, @JobId, @Position, @late, @Seed, @RevisedPrompt, @format, @Width, @Height, @Bytes, @Sha256, @created, @expires, @Quality)",
            new
            {
                asset.Id,
                asset.JobId,
                asset.Position,
                late = asset.IsLate ? 1 : 0,
                asset.Seed,
                asset.RevisedPrompt,
                format = asset.Format.Name(),
                asset.Width,
                asset.Height,
                asset.Bytes,
                asset.Sha256,
                created = asset.CreatedAt.ToUnixTimeMilliseconds(),
                expires = asset.ExpiresAt.ToUnixTimeMilliseconds(),
                asset.Quality,
            });

    /// <summary>True when the picture's row is here.</summary>
    public static async Task<bool> IsHereAsync(Session session, string id) =>
        await session.FirstOrDefaultAsync<long>("SELECT COUNT(*) FROM assets WHERE id = @id", new { id }) == 1;

    /// <summary>The pictures of a job, in their order.</summary>
    public Task<IReadOnlyList<Asset>> OfJobAsync(string jobId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Asset>>(
            async session =>
            {
                var rows = await session.QueryAsync<Row>($"SELECT {Columns} FROM assets WHERE job_id = @jobId ORDER BY position", new { jobId });
                return [.. rows.Select(row => row.ToAsset())];
            },
            cancellationToken);

    /// <summary>Those of these pictures that are to be kept.</summary>
    public Task<IReadOnlyList<Asset>> FindAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Asset>>(
            async session => [.. (await session.QueryAsync<Row>($"SELECT {Columns} FROM assets WHERE id IN @ids AND removed_at IS NULL", new { ids })).Select(row => row.ToAsset())],
            cancellationToken);

    /// <summary>True when the picture is here and was made for this key.</summary>
    public Task<bool> BelongsAsync(string id, string keyId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async session => await session.FirstOrDefaultAsync<long>(
                "SELECT COUNT(*) FROM assets JOIN jobs ON jobs.id = assets.job_id WHERE assets.id = @id AND assets.removed_at IS NULL AND jobs.key_id = @keyId",
                new { id, keyId }) > 0,
            cancellationToken);

    /// <summary>Assets whose time is over, oldest first, from the start or behind one of them.</summary>
    public Task<IReadOnlyList<ExpiredAsset>> ExpiredAsync(DateTimeOffset now, ExpiredAsset? behind, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => session.QueryAsync<ExpiredAsset>(
                "SELECT id, format, expires_at FROM assets WHERE removed_at IS NULL AND expires_at <= @now AND expires_at >= @at AND (expires_at > @at OR id > @id) ORDER BY expires_at, id LIMIT @limit",
                new { now = now.ToUnixTimeMilliseconds(), at = behind?.ExpiresAt ?? 0, id = behind?.Id ?? "", limit }),
            cancellationToken);

    /// <summary>Marks assets whose bytes are gone.</summary>
    public Task RemovedAsync(IReadOnlyList<string> ids, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session => session.ExecuteAsync("UPDATE assets SET removed_at = @now WHERE id IN @ids", new { ids = ids.ToArray(), now = now.ToUnixTimeMilliseconds() }),
            cancellationToken);

    /// <summary>Which of these ids have a row.</summary>
    public Task<IReadOnlyList<string>> KnownAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.QueryAsync<string>("SELECT id FROM assets WHERE id IN @ids AND removed_at IS NULL", new { ids = ids.ToArray() }), cancellationToken);

    private sealed record Row
    {
        public string Id { get; init; } = "";

        public string JobId { get; init; } = "";

        public long Position { get; init; }

        public long IsLate { get; init; }

        public long? Seed { get; init; }

        public string? Revised { get; init; }

        public string Format { get; init; } = "";

        public long Width { get; init; }

        public long Height { get; init; }

        public long Bytes { get; init; }

        public string Sha256 { get; init; } = "";

        public long CreatedAt { get; init; }

        public long ExpiresAt { get; init; }

        public string? Quality { get; init; }

        public Asset ToAsset() => new()
        {
            Id = Id,
            JobId = JobId,
            Position = (int)Position,
            IsLate = IsLate != 0,
            Seed = Seed,
            RevisedPrompt = Revised,
            Quality = Quality,
            Format = OutputFormats.Parse(Format),
            Width = (int)Width,
            Height = (int)Height,
            Bytes = Bytes,
            Sha256 = Sha256,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
            ExpiresAt = DateTimeOffset.FromUnixTimeMilliseconds(ExpiresAt),
        };
    }
}

/// <summary>A picture whose time is over.</summary>
internal sealed record ExpiredAsset
{
    public string Id { get; init; } = "";

    public string Format { get; init; } = "";

    public long ExpiresAt { get; init; }
}
