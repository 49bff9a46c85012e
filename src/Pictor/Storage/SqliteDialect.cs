using System.Collections.Concurrent;
using System.Data.Common;
using System.Reflection;
using System.Runtime.InteropServices;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Pictor.Storage;

/// <summary>SQLite in the data folder: one writer, many readers, every commit synced to the disk.</summary>
internal sealed class SqliteDialect : IDialect, IDisposable
{
    public const string FileName = "pictor.db";
    private const string OnlyChain = "main";
    private static readonly int[] Unavailable = [5, 6, 8, 10, 11, 13, 14, 26];
    private readonly string _connection;
    private readonly ConcurrentBag<PreparedConnection> _readers = [];
    private volatile bool _isDisposed;

    static SqliteDialect() => PreferSystemLibrary();

    public SqliteDialect(string dataFolder)
    {
        _connection = new SqliteConnectionStringBuilder { DataSource = Path.Combine(dataFolder, FileName), Pooling = false }.ToString();
    }

    public bool IsShared => false;

    public int Writers => 1;

    public int LargestGroup => int.MaxValue;

    public string SkipLocked => "";

    public string Now => "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)";

    // What the disk does not take is seen in the data folder.
    public string TakesWrites => "1";

    public string Snapshot => "BEGIN TRANSACTION";

    public string Translate(string migration) =>
        migration.Replace("{blob}", "BLOB", StringComparison.Ordinal)
            .Replace("{shared} ", "-- ", StringComparison.Ordinal)
            .Replace("{identity}", "INTEGER PRIMARY KEY AUTOINCREMENT", StringComparison.Ordinal);

    public string Statement(string sql) => sql;

    public async Task<Writer> OpenWriterAsync(CancellationToken cancellationToken)
    {
        var connection = new PreparedConnection(new SqliteConnection(_connection));
        await connection.OpenAsync(cancellationToken);
        await connection.ExecuteAsync("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=5000;");
        return new Writer(connection, OnlyChain);
    }

    public async Task<DbConnection> OpenReaderAsync(CancellationToken cancellationToken)
    {
        if (_readers.TryTake(out var idle))
        {
            return idle;
        }

        var connection = new PreparedConnection(new SqliteConnection(_connection), GiveBack);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    public void Dispose()
    {
        _isDisposed = true;
        while (_readers.TryTake(out var idle))
        {
            idle.End();
        }
    }

    /// <summary>An open connection to a database file that this process does not own, for reading only.</summary>
    /// <exception cref="InvalidOperationException">There is no such file, or it cannot be opened.</exception>
    public static async Task<DbConnection> OpenOfflineAsync(string dataFolder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(dataFolder, FileName);
        if (!File.Exists(path))
        {
            throw new InvalidOperationException($"There is no {FileName} in {Path.GetFullPath(dataFolder)}.");
        }

        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch (SqliteException fault)
        {
            await connection.DisposeAsync();
            throw new InvalidOperationException($"{path} cannot be opened: {fault.Message}", fault);
        }
    }

    public void Forget()
    {
        // Pooled connections to a file do not die.
    }

    public Task BeginAsync(DbConnection connection) => connection.ExecuteAsync("BEGIN IMMEDIATE");

    public Task BeginAsync(Writer writer, IReadOnlyCollection<string> locks) => BeginAsync(writer.Connection);

    public Task CommitAsync(Writer writer) => writer.Connection.ExecuteAsync("COMMIT");

    public Task<bool> WasCommittedAsync(string mark, CancellationToken stopping) => Task.FromResult(false);

    // The lock on the data folder does it.
    public Task<IAsyncDisposable?> LockStartAsync(CancellationToken cancellationToken) => Task.FromResult<IAsyncDisposable?>(null);

    public bool IsCollision(Exception fault) => false;

    public bool IsUnavailable(Exception fault) => fault is SqliteException sqlite && Unavailable.Contains(sqlite.SqliteErrorCode);

    private void GiveBack(PreparedConnection reader)
    {
        if (!reader.IsIdle)
        {
            // Whoever failed inside of a transaction left it open; the next one would read the past.
            reader.End();
            return;
        }

        _readers.Add(reader);
        if (_isDisposed)
        {
            Dispose();
        }
    }

    // The bundle's SQLite is 3.35; the system's is newer, maintained, and has had its advisories fixed.
    private static void PreferSystemLibrary() =>
        NativeLibrary.SetDllImportResolver(typeof(SQLitePCL.SQLite3Provider_e_sqlite3).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? paths)
    {
        if (OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libsqlite3.so.0", out var system))
        {
            return system;
        }

        return NativeLibrary.TryLoad(name, assembly, paths, out var bundled) ? bundled : 0;
    }
}
