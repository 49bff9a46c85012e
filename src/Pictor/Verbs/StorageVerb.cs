using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using Pictor.Ledger;
using Pictor.Storage;

namespace Pictor.Verbs;

/// <summary>
/// <c>Pictor storage move --to connection [--data folder]</c>: moves the SQLite database of a stopped gateway to PostgreSQL, and
/// proves by the books and by every row that nothing changed.
/// </summary>
internal static class StorageVerb
{
    private const string Usage = "Usage: Pictor storage move --to connection [--data folder]";

    /// <returns>0 when everything is there, 1 when nothing was moved.</returns>
    /// <exception cref="InvalidOperationException">The reason why nothing was moved.</exception>
    public static async Task<int> RunAsync(string[] args, TextWriter output, CancellationToken cancellationToken)
    {
        var (folder, server) = args switch
        {
            ["move", "--to", var to] => (Environment.GetEnvironmentVariable("Pictor__Data") ?? new StorageOptions().Data, to),
            ["move", "--to", var to, "--data", var given] => (given, to),
            ["move", "--data", var given, "--to", var to] => (given, to),
            _ => throw new InvalidOperationException(Usage),
        };
        var options = Options.Create(new StorageOptions { Data = folder });
        if (!File.Exists(Path.Combine(folder, SqliteDialect.FileName)))
        {
            throw new InvalidOperationException($"There is no {SqliteDialect.FileName} in {Path.GetFullPath(folder)}.");
        }

        try
        {
            // Its lock: no gateway runs on it meanwhile.
            using var data = new DataFolder(options);
            using var sqlite = new SqliteDialect(data.Root);
            await using var postgresql = PostgreSqlDialect.Patient(server);
            await MoveAsync(sqlite, postgresql, output, cancellationToken);
            var moved = Path.Combine(data.Root, "pictor.moved.db");
            File.Move(Path.Combine(data.Root, SqliteDialect.FileName), moved);
            await output.WriteLineAsync($"Start the gateway with Pictor__Storage__PostgreSql and the same master key. Pictures stay in {data.Root}; the old database is kept as {moved}.");
            return 0;
        }
        catch (DbException fault)
        {
            throw new InvalidOperationException($"The move failed: {fault.Message}", fault);
        }
    }

    private static async Task MoveAsync(SqliteDialect sqlite, PostgreSqlDialect postgresql, TextWriter output, CancellationToken cancellationToken)
    {
        await new Migrator(sqlite, TimeProvider.System).MigrateAsync(cancellationToken);
        await using var alone = await postgresql.LockStartAsync(cancellationToken);
        await new Migrator(postgresql, TimeProvider.System).MigrateAsync(cancellationToken);

        await using var source = await sqlite.OpenWriterAsync(cancellationToken);
        var before = await VerifyAsync(new Session(source.Connection, sqlite), "before the move", cancellationToken);
        await using var target = await postgresql.OpenWriterAsync(cancellationToken);

        // While a large table is sorted here, the server hears nothing.
        await target.Connection.ExecuteAsync("SET idle_in_transaction_session_timeout = 0; BEGIN");
        var tables = await StorageMove.RunAsync(source.Connection, (NpgsqlConnection)target.Connection, cancellationToken);
        var after = await LedgerVerifier.ReportAsync(new Session(target.Connection, postgresql), cancellationToken);
        if (!after.IsBalanced || after.Entries != before.Entries || !Same(before, after))
        {
            throw new InvalidOperationException($"The books are not the same behind the move. Nothing was moved. {string.Join(' ', after.Faults)}");
        }

        await target.Connection.ExecuteAsync("COMMIT");
        foreach (var table in tables)
        {
            await output.WriteLineAsync($"{table.Table,-24} {table.Rows,12} rows, each the same");
        }

        await output.WriteLineAsync($"{after.Entries} entries and {after.Accounts.Count} balances are the same; the books balance.");
    }

    private static async Task<LedgerReport> VerifyAsync(Session session, string when, CancellationToken cancellationToken)
    {
        var report = await LedgerVerifier.VerifyAsync(session, cancellationToken);
        return report.IsBalanced ? report : throw new InvalidOperationException($"The books do not balance {when}; see Pictor ledger verify. Nothing was moved.");
    }

    private static bool Same(LedgerReport before, LedgerReport after) =>
        before.Accounts.Count == after.Accounts.Count && before.Accounts.All(account => after.Accounts.GetValueOrDefault(account.Key, long.MinValue) == account.Value);
}
