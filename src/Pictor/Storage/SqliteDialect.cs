using System.Data.Common;
using System.Reflection;
using System.Runtime.InteropServices;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Pictor.Storage;

/// <summary>SQLite in the data folder: one writer, many readers, every commit synced to the disk.</summary>
internal sealed class SqliteDialect : IDialect
{
    private const string FileName = "pictor.db";
    private const int ConstraintViolation = 19;
    private static readonly int[] Unavailable = [5, 6, 8, 10, 11, 13, 14, 26];
    private readonly string _writer;
    private readonly string _reader;

    static SqliteDialect() => PreferSystemLibrary();

    public SqliteDialect(DataFolder folder)
    {
        var path = Path.Combine(folder.Root, FileName);
        _writer = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString();
        _reader = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = true }.ToString();
    }

    public string SkipLocked => "";

    public string Begin => "BEGIN IMMEDIATE";

    public string Translate(string migration) =>
        migration.Replace("{blob}", "BLOB", StringComparison.Ordinal)
            .Replace("{identity}", "INTEGER PRIMARY KEY AUTOINCREMENT", StringComparison.Ordinal);

    public async Task<DbConnection> OpenWriterAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(_writer);
        await connection.OpenAsync(cancellationToken);
        await connection.ExecuteAsync("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=5000;");
        return connection;
    }

    public async Task<DbConnection> OpenReaderAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(_reader);
        await connection.OpenAsync(cancellationToken);
        return connection;
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

    public bool IsConflict(Exception fault) => fault is SqliteException { SqliteErrorCode: ConstraintViolation };

    public bool IsUnavailable(Exception fault) => fault is SqliteException sqlite && Unavailable.Contains(sqlite.SqliteErrorCode);

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
