using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace Pictor.Storage;

/// <summary>One run of a statement that its <see cref="PreparedConnection"/> keeps compiled: the text, and the values of this run.</summary>
internal sealed class PreparedCommand : DbCommand
{
    // Only its parameters are used.
    private readonly SqliteCommand _values = new();
    private PreparedConnection? _connection;

    [AllowNull]
    public override string CommandText { get; set; } = "";

    public override int CommandTimeout { get; set; } = 30;

    public override CommandType CommandType { get; set; } = CommandType.Text;

    public override bool DesignTimeVisible { get; set; }

    public override UpdateRowSource UpdatedRowSource { get; set; }

    protected override DbConnection? DbConnection
    {
        get => _connection;
        set => _connection = (PreparedConnection?)value;
    }

    protected override DbParameterCollection DbParameterCollection => _values.Parameters;

    protected override DbTransaction? DbTransaction { get; set; }

    private SqliteCommand Statement => _connection!.Statement(CommandText, _values.Parameters);

    public override void Cancel()
    {
    }

    public override void Prepare()
    {
    }

    public override int ExecuteNonQuery() => Statement.ExecuteNonQuery();

    public override object? ExecuteScalar() => Statement.ExecuteScalar();

    protected override DbParameter CreateDbParameter() => new SqliteParameter();

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => Statement.ExecuteReader(behavior);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _values.Dispose();
        }

        base.Dispose(disposing);
    }
}
