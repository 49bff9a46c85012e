using System.Data.Common;
using Dapper;

namespace Pictor.Storage;

/// <summary>The statements of one caller inside a transaction, or of one read.</summary>
/// <param name="connection">Open.</param>
/// <param name="dialect">Of the connection.</param>
/// <param name="chain">The chain of the books that this session may add to; empty for one that only reads.</param>
/// <param name="seconds">How long a statement may take, 0 for as long as it takes; null for what the connection says.</param>
internal sealed class Session(DbConnection connection, IDialect dialect, string chain = "", int? seconds = null)
{
    // Columns are written with underscores, members without.
    static Session() => DefaultTypeMap.MatchNamesWithUnderscores = true;

    public IDialect Dialect => dialect;

    public string Chain => chain;

    /// <summary>The same for statements over whole tables, which take as long as they take.</summary>
    public Session Patient() => new(connection, dialect, chain, seconds: 0);

    public Task<int> ExecuteAsync(string sql, object? arguments = null) => connection.ExecuteAsync(dialect.Statement(sql), arguments, commandTimeout: seconds);

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? arguments = null) =>
        (await connection.QueryAsync<T>(dialect.Statement(sql), arguments, commandTimeout: seconds)).AsList();

    public Task<T?> FirstOrDefaultAsync<T>(string sql, object? arguments = null) =>
        connection.QueryFirstOrDefaultAsync<T>(dialect.Statement(sql), arguments, commandTimeout: seconds);
}
