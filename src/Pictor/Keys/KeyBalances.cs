using Pictor.Catalog;
using Pictor.Errors;
using Pictor.Storage;

namespace Pictor.Keys;

/// <summary>
/// The one row a key's money and open jobs are counted in. A hold is taken by one conditional statement: no balance that was
/// read before decides, and no settings write touches this row.
/// </summary>
internal sealed class KeyBalances(Database database, TimeProvider time)
{
    // A clock that was set back gives no month twice: the row's month only grows.
    private const string Roll = "month_used = CASE WHEN month < @month THEN 0 ELSE month_used END";
    private const string Turn = "month = CASE WHEN month < @month THEN @month ELSE month END";

    /// <summary>Reserves an amount and a place, or says why not.</summary>
    /// <exception cref="GatewayException"><see cref="ErrorKind.InsufficientQuota"/>, <see cref="ErrorKind.TooManyJobs"/> or <see cref="ErrorKind.InvalidApiKey"/>.</exception>
    public async Task HoldAsync(Session session, string keyId, Micros amount)
    {
        var arguments = new { keyId, amount = amount.Value, month = Month };
        var taken = await session.ExecuteAsync(
            $"""
             UPDATE key_balances SET held = held + @amount, open_jobs = open_jobs + 1, {Roll}, {Turn}
             WHERE key_id = @keyId AND EXISTS (
                 SELECT 1 FROM api_keys k
                 WHERE k.id = key_balances.key_id
                     AND k.deleted_at IS NULL AND k.disabled_at IS NULL
                     AND (k.concurrent IS NULL OR open_jobs < k.concurrent)
                     AND (k.budget_micros IS NULL OR @amount = 0 OR k.budget_micros - held - (
                         CASE WHEN k.budget_period = 'once' THEN used WHEN month < @month THEN 0 ELSE month_used END) >= @amount))
             """,
            arguments);
        if (taken == 0)
        {
            throw await WhyNotAsync(session, keyId, amount);
        }
    }

    /// <summary>Ends a hold: its part that is charged counts as used, the rest is free again.</summary>
    /// <returns>The month the charge counts in.</returns>
    public async Task<string> SettleAsync(Session session, string keyId, Micros held, Micros charged) =>
        await session.FirstOrDefaultAsync<string>(
            $"""
             UPDATE key_balances SET held = held - @held, open_jobs = open_jobs - 1, used = used + @charged, {Roll} + @charged, {Turn}
             WHERE key_id = @keyId RETURNING month
             """,
            new { keyId, held = held.Value, charged = charged.Value, month = Month })
        ?? throw new InvalidOperationException($"The key {keyId} has no balance.");

    /// <summary>Gives or takes spending room: a positive amount makes what is used smaller; with a monthly budget, in this month.</summary>
    /// <returns>The month it counts in.</returns>
    /// <exception cref="GatewayException"><see cref="ErrorKind.NotFound"/>, or the sum leaves every bound.</exception>
    public async Task<string> AdjustAsync(Session session, string keyId, Micros amount)
    {
        var found = await session.FirstOrDefaultAsync<Row>($"SELECT used, held FROM key_balances b JOIN api_keys k ON k.id = b.key_id WHERE b.key_id = @keyId AND k.deleted_at IS NULL", new { keyId })
            ?? throw new GatewayException(ErrorKind.NotFound, "No such key.", "id");
        if (Math.Abs((decimal)found.Used - amount.Value) > Budget.Largest * 1_000_000m * 100m)
        {
            throw new GatewayException(ErrorKind.InvalidRequest, "The adjustments of this key add up to more than can be.", "amount");
        }

        return (await session.FirstOrDefaultAsync<string>(
            $"UPDATE key_balances SET used = used - @amount, {Roll} - @amount, {Turn} WHERE key_id = @keyId RETURNING month",
            new { keyId, amount = amount.Value, month = Month }))!;
    }

    /// <summary>Limit and use of a key, for its holder and for administrators; null when there is no such key.</summary>
    public Task<KeySpending?> FindAsync(string keyId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => ReadAsync(session, keyId), cancellationToken);

    /// <summary>The same for many keys at once.</summary>
    public Task<IReadOnlyDictionary<string, KeySpending>> OfAsync(IReadOnlyList<string> keyIds, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<string, KeySpending>>(
            async session => (await ReadAsync(session, keyIds)).ToDictionary(row => row.KeyId, row => row.ToSpending(Month), StringComparer.Ordinal),
            cancellationToken);

    private string Month => Budget.MonthOf(time.GetUtcNow());

    private static Task<IReadOnlyList<Row>> ReadAsync(Session session, IReadOnlyList<string> keyIds) =>
        session.QueryAsync<Row>(
            // Each by its name: a newer version may add to them while this one runs, and a prepared statement keeps its columns.
            "SELECT b.key_id, b.used, b.month_used, b.month, b.held, b.open_jobs, k.budget_micros, k.budget_period FROM key_balances b JOIN api_keys k ON k.id = b.key_id WHERE b.key_id IN @keyIds AND k.deleted_at IS NULL",
            new { keyIds = keyIds.ToArray() });

    private async Task<KeySpending?> ReadAsync(Session session, string keyId) =>
        await ReadAsync(session, [keyId]) is [var row, ..] ? row.ToSpending(Month) : null;

    private async Task<GatewayException> WhyNotAsync(Session session, string keyId, Micros amount)
    {
        var spending = await ReadAsync(session, keyId);
        if (spending is null)
        {
            return new GatewayException(ErrorKind.InvalidApiKey, "Incorrect API key provided.");
        }

        if (amount.Value > 0 && spending.Left is { } left && left.Value < amount.Value)
        {
            var budget = spending.Budget!;
            return new GatewayException(
                ErrorKind.InsufficientQuota,
                $"You exceeded your current quota: this request needs up to {amount} USD, and {(left.Value > 0 ? left : new Micros(0))} of the key's {(budget.IsMonthly ? "monthly " : "")}budget of {budget.Amount} USD is left.");
        }

        return await session.FirstOrDefaultAsync<long?>("SELECT concurrent FROM api_keys WHERE id = @keyId", new { keyId }) is { } concurrent && spending.OpenJobs >= concurrent
            ? new GatewayException(new GatewayError(ErrorKind.TooManyJobs, $"This key may have {concurrent} jobs at once.", RetryAfter: TimeSpan.FromSeconds(2)))
            : new GatewayException(ErrorKind.InvalidApiKey, "Incorrect API key provided.");
    }

    private sealed record Row
    {
        public string KeyId { get; init; } = "";

        public long Used { get; init; }

        public long MonthUsed { get; init; }

        public string Month { get; init; } = "";

        public long Held { get; init; }

        public long OpenJobs { get; init; }

        public long? BudgetMicros { get; init; }

        public string? BudgetPeriod { get; init; }

        public KeySpending ToSpending(string month) => new(
            new Micros(Used),
            new Micros(string.CompareOrdinal(Month, month) < 0 ? 0 : MonthUsed),
            new Micros(Held),
            OpenJobs,
            BudgetMicros is { } amount ? new Budget(new Micros(amount), BudgetPeriod == "month") : null);
    }
}
