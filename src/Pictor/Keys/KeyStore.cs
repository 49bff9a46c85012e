using System.Collections.Concurrent;
using System.Text.Json;
using Pictor.Catalog;
using Pictor.Errors;
using Pictor.Storage;

namespace Pictor.Keys;

/// <summary>The rows of keys, with the usable ones remembered by hash so that a request costs no read.</summary>
internal sealed class KeyStore(Database database, SettingsVersions versions, Sealed secrets, RowIds ids, TimeProvider time)
{
    private const string Columns = "id, name, hint, is_admin, models, created_at, expires_at, disabled_at, budget_micros, budget_period, requests_per_minute, images_per_minute, concurrent, webhook_url, webhook_secret, wait_seconds, wait_then, accepted_status";
    private readonly ConcurrentDictionary<string, ApiKey> _byHash = new(StringComparer.Ordinal);
    private int _changes;

    /// <summary>The key with this secret, or null when there is none that may be used now.</summary>
    public async Task<ApiKey?> AuthenticateAsync(string secret, CancellationToken cancellationToken)
    {
        var hash = KeySecret.Hash(secret);
        if (!_byHash.TryGetValue(hash, out var key))
        {
            var changes = Volatile.Read(ref _changes);
            var row = await database.ReadAsync(
                session => session.FirstOrDefaultAsync<Row>($"SELECT {Columns} FROM api_keys WHERE hash = @hash AND deleted_at IS NULL", new { hash }),
                cancellationToken);
            if (row is null)
            {
                return null;
            }

            key = row.ToKey();
            _byHash[hash] = key;
            if (changes != Volatile.Read(ref _changes))
            {
                // Somebody changed keys since it was read; asked in this order, a stale one never stays.
                _byHash.TryRemove(hash, out _);
            }
        }

        return key.IsUsable(time.GetUtcNow()) ? key : null;
    }

    /// <summary>Makes a key; the secret is returned this once.</summary>
    public Task<(ApiKey Key, string Secret)> CreateAsync(ApiKey draft, string? secret, CancellationToken cancellationToken) =>
        CreateAsync(draft, secret, webhookSecret: null, cancellationToken);

    /// <summary>Makes a key with a standing webhook.</summary>
    public async Task<(ApiKey Key, string Secret)> CreateAsync(ApiKey draft, string? secret, string? webhookSecret, CancellationToken cancellationToken)
    {
        secret ??= KeySecret.Create();
        var key = draft with { Id = ids.Ordered("key"), Hint = KeySecret.Hint(secret), CreatedAt = time.GetUtcNow() };
        await database.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync(
                    $"""
                     INSERT INTO api_keys ({Columns}, hash)
                     VALUES (@Id, @Name, @Hint, @IsAdmin, @Models, @CreatedAt, @ExpiresAt, @DisabledAt, @BudgetMicros, @BudgetPeriod, @RequestsPerMinute, @ImagesPerMinute, @Concurrent, @WebhookUrl, @WebhookSecret, @WaitSeconds, @WaitThen, @AcceptedStatus, @Hash)
                     """,
                    Row.Of(key, KeySecret.Hash(secret)) with { WebhookSecret = Seal(key.Id, webhookSecret) });
                await session.ExecuteAsync("INSERT INTO key_balances (key_id) VALUES (@Id)", new { key.Id });
            },
            cancellationToken);
        return (key, secret);
    }

    /// <summary>True when a key with this secret was ever made, usable or not.</summary>
    public Task<bool> KnowsAsync(string secret, CancellationToken cancellationToken) =>
        database.ReadAsync(async session => await session.FirstOrDefaultAsync<long>("SELECT COUNT(*) FROM api_keys WHERE hash = @hash", new { hash = KeySecret.Hash(secret) }) > 0, cancellationToken);

    public Task<bool> HasAdminAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(async session => await session.FirstOrDefaultAsync<long>("SELECT COUNT(*) FROM api_keys WHERE is_admin = 1 AND deleted_at IS NULL") > 0, cancellationToken);

    /// <summary>Newest first.</summary>
    public Task<IReadOnlyList<ApiKey>> ListAsync(int limit, string? after, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<ApiKey>>(
            async session =>
            {
                var rows = await session.QueryAsync<Row>(
                    $"SELECT {Columns} FROM api_keys WHERE deleted_at IS NULL AND (@after IS NULL OR id < @after) ORDER BY id DESC LIMIT @limit",
                    new { after, limit });
                return [.. rows.Select(row => row.ToKey())];
            },
            cancellationToken);

    /// <exception cref="GatewayException"><see cref="ErrorKind.NotFound"/>.</exception>
    public async Task<ApiKey> GetAsync(string id, CancellationToken cancellationToken)
    {
        var row = await database.ReadAsync(
            session => session.FirstOrDefaultAsync<Row>($"SELECT {Columns} FROM api_keys WHERE id = @id AND deleted_at IS NULL", new { id }),
            cancellationToken);
        return row?.ToKey() ?? throw NoSuchKey();
    }

    /// <summary>Writes name, models, expiry, budget, limits, waiting and whether it is disabled; never what was spent.</summary>
    public async Task<ApiKey> UpdateAsync(ApiKey key, CancellationToken cancellationToken)
    {
        await ChangeAsync(
            """
            UPDATE api_keys SET name = @Name, models = @Models, expires_at = @ExpiresAt, disabled_at = @DisabledAt, budget_micros = @BudgetMicros,
                budget_period = @BudgetPeriod, requests_per_minute = @RequestsPerMinute, images_per_minute = @ImagesPerMinute, concurrent = @Concurrent,
                wait_seconds = @WaitSeconds, wait_then = @WaitThen, accepted_status = @AcceptedStatus
            WHERE id = @Id AND deleted_at IS NULL
            """,
            Row.Of(key, ""),
            cancellationToken);
        return key;
    }

    /// <summary>Sets or, with null, takes away the standing webhook; deliveries that are under way keep theirs.</summary>
    /// <param name="id">The key.</param>
    /// <param name="url">Its address.</param>
    /// <param name="secret">The new secret; null leaves deliveries unsigned.</param>
    /// <param name="keepSecret">True to leave the secret as it is.</param>
    /// <param name="cancellationToken">Only while it waits for its turn.</param>
    public Task SetWebhookAsync(string id, string? url, string? secret, bool keepSecret, CancellationToken cancellationToken) =>
        ChangeAsync(
            $"UPDATE api_keys SET webhook_url = @url{(keepSecret ? "" : ", webhook_secret = @box")} WHERE id = @id AND deleted_at IS NULL",
            new { id, url, box = Seal(id, secret) },
            cancellationToken);

    /// <summary>Gives the key a new secret; the old one stops working at once.</summary>
    public async Task<(ApiKey Key, string Secret)> RotateAsync(string id, CancellationToken cancellationToken)
    {
        var secret = KeySecret.Create();
        await ChangeAsync(
            "UPDATE api_keys SET hash = @hash, hint = @hint WHERE id = @id AND deleted_at IS NULL",
            new { id, hash = KeySecret.Hash(secret), hint = KeySecret.Hint(secret) },
            cancellationToken);
        return (await GetAsync(id, cancellationToken), secret);
    }

    /// <summary>Takes the key away for good; its row stays for the jobs that name it.</summary>
    public Task DeleteAsync(string id, CancellationToken cancellationToken) =>
        ChangeAsync("UPDATE api_keys SET deleted_at = @now WHERE id = @id AND deleted_at IS NULL", new { id, now = time.GetUtcNow().ToUnixTimeMilliseconds() }, cancellationToken);

    /// <summary>Keys were changed, here or by another process: the next request of each reads its row.</summary>
    public void Forget()
    {
        Interlocked.Increment(ref _changes);
        _byHash.Clear();
    }

    // The owner is the one that Webhooks opens it for.
    private string? Seal(string id, string? secret) => secret is null ? null : secrets.Seal(secret, "key-webhook:" + id);

    private static GatewayException NoSuchKey() => new(ErrorKind.NotFound, "No such key.", "id");

    private async Task ChangeAsync(string sql, object arguments, CancellationToken cancellationToken)
    {
        var changed = await database.WriteAsync(
            SettingsVersions.LockOf(SettingsVersions.Keys),
            async session =>
            {
                await versions.ChangedAsync(session, SettingsVersions.Keys);
                return await session.ExecuteAsync(sql, arguments);
            },
            cancellationToken);
        Forget();
        versions.Tell(SettingsVersions.Keys);
        if (changed == 0)
        {
            throw NoSuchKey();
        }
    }

    private sealed record Row
    {
        public string Id { get; init; } = "";

        public string Name { get; init; } = "";

        public string Hint { get; init; } = "";

        public string? Hash { get; init; }

        public long IsAdmin { get; init; }

        public string? Models { get; init; }

        public long CreatedAt { get; init; }

        public long? ExpiresAt { get; init; }

        public long? DisabledAt { get; init; }

        public long? BudgetMicros { get; init; }

        public string? BudgetPeriod { get; init; }

        public long? RequestsPerMinute { get; init; }

        public long? ImagesPerMinute { get; init; }

        public long? Concurrent { get; init; }

        public string? WebhookUrl { get; init; }

        public string? WebhookSecret { get; init; }

        public long? WaitSeconds { get; init; }

        public string? WaitThen { get; init; }

        public long? AcceptedStatus { get; init; }

        public static Row Of(ApiKey key, string hash) => new()
        {
            Id = key.Id,
            Name = key.Name,
            Hint = key.Hint,
            Hash = hash,
            IsAdmin = key.IsAdmin ? 1 : 0,
            Models = key.Models is null ? null : JsonSerializer.Serialize(key.Models, RowJson.Default.IReadOnlyListString),
            CreatedAt = key.CreatedAt.ToUnixTimeMilliseconds(),
            ExpiresAt = key.ExpiresAt?.ToUnixTimeMilliseconds(),
            DisabledAt = key.DisabledAt?.ToUnixTimeMilliseconds(),
            BudgetMicros = key.Budget?.Amount.Value,
            BudgetPeriod = key.Budget?.Period,
            RequestsPerMinute = key.Limits.RequestsPerMinute,
            ImagesPerMinute = key.Limits.ImagesPerMinute,
            Concurrent = key.Limits.Concurrent,
            WebhookUrl = key.Webhook?.Url,
            WaitSeconds = (long?)key.Waiting.After?.TotalSeconds,
            WaitThen = key.Waiting.After is null ? null : key.Waiting.Then,
            AcceptedStatus = key.Waiting.AcceptedStatus,
        };

        public ApiKey ToKey() => new()
        {
            Id = Id,
            Name = Name,
            Hint = Hint,
            IsAdmin = IsAdmin != 0,
            Models = Models is null ? null : JsonSerializer.Deserialize(Models, RowJson.Default.IReadOnlyListString),
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
            ExpiresAt = ExpiresAt is { } expires ? DateTimeOffset.FromUnixTimeMilliseconds(expires) : null,
            DisabledAt = DisabledAt is { } disabled ? DateTimeOffset.FromUnixTimeMilliseconds(disabled) : null,
            Budget = BudgetMicros is { } amount ? new Budget(new Micros(amount), BudgetPeriod == "month") : null,
            Limits = new KeyLimits((int?)RequestsPerMinute, (int?)ImagesPerMinute, (int?)Concurrent),
            Waiting = new KeyWaiting(
                WaitSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                WaitThen == KeyWaiting.ThenBlank,
                (int)(AcceptedStatus ?? KeyWaiting.ToTheEnd.AcceptedStatus)),
            Webhook = WebhookUrl is null ? null : new KeyWebhook(WebhookUrl, WebhookSecret is not null),
        };
    }
}
