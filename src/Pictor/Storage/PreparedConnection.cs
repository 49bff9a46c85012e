using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace Pictor.Storage;

/// <summary>
/// A SQLite connection that compiles each statement once and runs it again with new values: the same few statements run
/// thousands of times a second, and compiling one takes longer than running it.
/// </summary>
internal sealed class PreparedConnection(SqliteConnection inner, Action<PreparedConnection>? giveBack = null) : DbConnection
{
    // Lists of values are written into a statement and make ever new ones.
    private const int MostStatements = 256;

    private readonly Dictionary<string, SqliteCommand> _statements = new(StringComparer.Ordinal);

    [AllowNull]
    public override string ConnectionString
    {
        get => inner.ConnectionString;
        set => inner.ConnectionString = value;
    }

    public override string Database => inner.Database;

    public override string DataSource => inner.DataSource;

    public override string ServerVersion => inner.ServerVersion;

    public override ConnectionState State => inner.State;

    /// <summary>True while no transaction is open on it.</summary>
    public bool IsIdle => SQLitePCL.raw.sqlite3_get_autocommit(inner.Handle) != 0;

    public override void Open() => inner.Open();

    public override void Close()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _statements.Clear();
        inner.Close();
    }

    public override void ChangeDatabase(string databaseName) => inner.ChangeDatabase(databaseName);

    /// <summary>Ends its use: it goes back to where it came from, or is closed.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing && giveBack is not null)
        {
            giveBack(this);
            return;
        }

        if (disposing)
        {
            End();
        }

        base.Dispose(disposing);
    }

    /// <summary>Closes it for good.</summary>
    public void End()
    {
        Close();
        inner.Dispose();
    }

    /// <summary>The compiled statement with these values.</summary>
    internal SqliteCommand Statement(string text, SqliteParameterCollection values)
    {
        if (!_statements.TryGetValue(text, out var statement))
        {
            if (_statements.Count == MostStatements)
            {
                foreach (var old in _statements.Values)
                {
                    old.Dispose();
                }

                _statements.Clear();
            }

            statement = inner.CreateCommand();
            statement.CommandText = text;
            _statements.Add(text, statement);
        }

        statement.Parameters.Clear();
        foreach (SqliteParameter value in values)
        {
            statement.Parameters.Add(value);
        }

        return statement;
    }

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => throw new NotSupportedException();

    protected override DbCommand CreateDbCommand() => new PreparedCommand { Connection = this };
}
