using System.Data.Common;
using Dapper;

namespace Pictor.Storage;

/// <summary>The statements of one caller inside a transaction, or of one read.</summary>
internal sealed class Session(DbConnection connection)
{
    // Columns are written with underscores, members without.
    static Session() => DefaultTypeMap.MatchNamesWithUnderscores = true;

    public Task<int> ExecuteAsync(string sql, object? arguments = null) => connection.ExecuteAsync(sql, arguments);

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? arguments = null) =>
        (await connection.QueryAsync<T>(sql, arguments)).AsList();

    public Task<T?> FirstOrDefaultAsync<T>(string sql, object? arguments = null) =>
        connection.QueryFirstOrDefaultAsync<T>(sql, arguments);
}
