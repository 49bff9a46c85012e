using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Pictor.Storage;

/// <summary>PostgreSQL, shared by any number of processes: pooled readers, a few writers, every commit synced to the disk.</summary>
internal sealed partial class PostgreSqlDialect : IDialect, IAsyncDisposable
{
    // Of the two-part advisory locks: the first part says what the second one counts.
    private const int ChainLocks = 0x5049_4301;
    private const int StartLock = 0x5049_4302;
    private const int MostChains = 10_000;
    private const int ReadersByDefault = 30;
    private const long MarksKept = 24 * 60 * 60 * 1_000;
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(500);
    private static readonly ConcurrentDictionary<string, string> Statements = new(StringComparer.Ordinal);
    private readonly NpgsqlDataSource _readers;
    private readonly NpgsqlDataSource _writers;
    private readonly NpgsqlMultiHostDataSource? _readerHosts;
    private readonly NpgsqlMultiHostDataSource? _writerHosts;
    private readonly int _seconds;

    public PostgreSqlDialect(IOptions<StorageOptions> options)
    {
        var settings = options.Value.PostgreSqlConnection();
        Writers = options.Value.Writers;
        var readers = new NpgsqlConnectionStringBuilder(settings) { Enlist = false };
        readers.ApplicationName ??= "pictor";
        readers.MaxPoolSize = readers.MaxPoolSize == 100 ? ReadersByDefault : readers.MaxPoolSize;
        readers.Timeout = Math.Min(readers.Timeout, 5);

        // 30 s unless the connection string says otherwise; the server keeps to it too.
        _seconds = readers.CommandTimeout;
        if (!readers.Host!.Split(',', StringSplitOptions.TrimEntries).Any(host => host is ['/' or '@', ..]))
        {
            // A Unix socket refuses them, and has no cable that could be pulled.
            readers.TcpKeepAlive = true;
            readers.TcpKeepAliveTime = 5;
            readers.TcpKeepAliveInterval = 2;
        }

        readers.MaxAutoPrepare = readers.MaxAutoPrepare == 0 ? 200 : readers.MaxAutoPrepare;
        readers.AutoPrepareMinUsages = 3;

        // What is known of a host is soon old during a failover, and asking again is cheap.
        readers.HostRecheckSeconds = Math.Min(readers.HostRecheckSeconds, 1);

        // A transaction, a lock and what was read behind it need a connection that is nobody else's.
        readers.Multiplexing = false;
        try
        {
            (_readers, _readerHosts) = Source(readers.ToString());
            (_writers, _writerHosts) = Source(new NpgsqlConnectionStringBuilder(readers.ToString()) { Pooling = false }.ToString());
        }
        catch (ArgumentException fault)
        {
            throw new InvalidOperationException($"The connection string of the database contradicts itself: {fault.Message}", fault);
        }
    }

    /// <summary>For verbs, which work on whole tables: nothing takes too long.</summary>
    /// <param name="server">A connection string, or <c>file:</c> and the path of one.</param>
    /// <exception cref="InvalidOperationException">It is neither.</exception>
    public static PostgreSqlDialect Patient(string server)
    {
        var options = new StorageOptions { PostgreSql = server };
        if (!StorageOptionsValidator.IsConnection(options))
        {
            throw new InvalidOperationException("The database must be given as a connection string with a Host, like Host=db;Username=pictor;Database=pictor, or as file:/path of one.");
        }

        var connection = new NpgsqlConnectionStringBuilder(options.PostgreSqlConnection()) { CommandTimeout = 0 };
        return new PostgreSqlDialect(Options.Create(new StorageOptions { PostgreSql = connection.ToString(), Writers = 1 }));
    }

    public bool IsShared => true;

    public int Writers { get; }

    // Each write is a subtransaction; beyond 64 of them every snapshot of the server gets slower.
    public int LargestGroup => 60;

    public string SkipLocked => "FOR UPDATE SKIP LOCKED";

    public string Now => "(EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::bigint";

    public string TakesWrites => "CASE WHEN current_setting('transaction_read_only') = 'on' THEN 0 ELSE 1 END";

    public string Snapshot => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

    // Ids are compared as bytes, as everywhere else in the gateway. An index over a large table takes longer than a statement may; a table
    // that a dump or a replica uses is not waited for longer than those may wait who come behind: it is tried again.
    public string Translate(string migration) =>
        "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '3s';\n" + TextType().Replace(IntegerType().Replace(migration, "BIGINT"), "TEXT COLLATE \"C\"")
            .Replace("{shared} ", "", StringComparison.Ordinal)
            .Replace("{blob}", "BYTEA", StringComparison.Ordinal)
            .Replace("{identity}", "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY", StringComparison.Ordinal);

    public string Statement(string sql) =>
        Statements.GetOrAdd(sql, static text => InList().Replace(NotInList().Replace(text, "<> ALL($1)"), "= ANY($1)"));

    public async Task<Writer> OpenWriterAsync(CancellationToken cancellationToken)
    {
        var connection = await _writers.OpenConnectionAsync(cancellationToken);
        try
        {
            // A transaction whose process is cut off must not keep its locks: the others wait for them. And what is read behind a lock is
            // what was committed before it was given, whatever the database's own settings say.
            await connection.ExecuteAsync($"SET synchronous_commit = on; SET default_transaction_isolation = 'read committed'; SET idle_in_transaction_session_timeout = '10s'; SET statement_timeout = '{_seconds}s'; SET tcp_user_timeout = '10s'");
            return new Writer(connection, await TakeChainAsync(connection));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async Task<DbConnection> OpenReaderAsync(CancellationToken cancellationToken) => await _readers.OpenConnectionAsync(cancellationToken);

    public void Forget()
    {
        _readers.Clear();
        _readerHosts?.ClearDatabaseStates();
        _writerHosts?.ClearDatabaseStates();
    }

    public Task BeginAsync(DbConnection connection) => connection.ExecuteAsync("BEGIN TRANSACTION");

    public async Task BeginAsync(Writer writer, IReadOnlyCollection<string> locks)
    {
        await using var batch = new NpgsqlBatch((NpgsqlConnection)writer.Connection) { BatchCommands = { new NpgsqlBatchCommand("BEGIN") } };
        if (locks.Count > 0)
        {
            var wanted = new NpgsqlBatchCommand("SELECT pg_advisory_xact_lock(l) FROM unnest($1) l");
            wanted.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. locks.Select(LockOf).Distinct().Order()] });
            batch.BatchCommands.Add(wanted);
        }

        await batch.ExecuteNonQueryAsync();
    }

    public async Task CommitAsync(Writer writer)
    {
        // A row and not the transaction's number: a server that takes over gives out the numbers of lost transactions again.
        // The mark before is no longer asked for. Always another row, so that a long dump leaves no chain of old versions.
        // A group that changed nothing leaves none, and no sync is made for it.
        const string Wrote = "pg_current_xact_id_if_assigned() IS NOT NULL";
        writer.Mark = Guid.NewGuid().ToString("N");
        await using var batch = new NpgsqlBatch((NpgsqlConnection)writer.Connection);
        var mark = new NpgsqlBatchCommand($"INSERT INTO commits (mark, kept, at) SELECT $1, 1, {Now} WHERE {Wrote}") { Parameters = { new NpgsqlParameter<string> { TypedValue = writer.Mark } } };
        batch.BatchCommands.Add(mark);
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"DELETE FROM commits WHERE mark = $1 AND {Wrote}") { Parameters = { new NpgsqlParameter<string> { TypedValue = writer.MarkBefore } } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        var asked = Stopwatch.GetTimestamp();
        try
        {
            await batch.ExecuteNonQueryAsync();
        }
        catch (PostgresException fault) when (fault.InvariantSeverity == "ERROR")
        {
            // An answer: it was refused (a server that has become read-only), and nothing has to be asked for.
            writer.Mark = null;
            throw;
        }

        writer.MarkBefore = mark.RecordsAffected > 0 ? writer.Mark : writer.MarkBefore;
        if (WasLetGo(batch.Timeout, asked))
        {
            throw new NpgsqlException("The COMMIT took longer than a command may: it may not have reached the standby.");
        }
    }

    public async Task<bool> WasCommittedAsync(string mark, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                Forget();
                await using var connection = await _writers.OpenConnectionAsync(stopping);

                // Waits for the transaction where it is still under way. Where it is not there it can no longer come behind this row.
                await using var command = new NpgsqlCommand(
                    $"SET synchronous_commit = on; SET default_transaction_isolation = 'read committed'; INSERT INTO commits (mark, kept, at) VALUES (@mark, 0, {Now}) ON CONFLICT (mark) DO UPDATE SET at = EXCLUDED.at RETURNING kept", connection);
                command.Parameters.Add(new NpgsqlParameter<string>("mark", mark));
                var asked = Stopwatch.GetTimestamp();
                var kept = await command.ExecuteScalarAsync(stopping);
                if (!WasLetGo(command.CommandTimeout, asked))
                {
                    return kept is 1L;
                }
            }
            catch (Exception fault) when (IsUnavailable(fault))
            {
                // Nothing is known before the server answers again.
            }

            await Task.Delay(AskAgain, TimeProvider.System, stopping);
        }
    }

    /// <summary>Removes marks that nobody can ask for any more: those of connections that were lost.</summary>
    public NpgsqlBatchCommand DropOldMarks() => new($"DELETE FROM commits WHERE at < {Now} - {MarksKept}");

    public async Task<IAsyncDisposable?> LockStartAsync(CancellationToken cancellationToken)
    {
        var connection = await _writers.OpenConnectionAsync(cancellationToken);
        try
        {
            await EnsureSessionsAsync(connection, cancellationToken);
            await using var command = new NpgsqlCommand("SELECT pg_advisory_lock($1, 0)", connection) { CommandTimeout = 300, Parameters = { new NpgsqlParameter<int> { TypedValue = StartLock } } };
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>A connection that hears what the others tell.</summary>
    public async Task<NpgsqlConnection> OpenListenerAsync(CancellationToken cancellationToken) => await _writers.OpenConnectionAsync(cancellationToken);

    public bool IsCollision(Exception fault) =>
        fault is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.LockNotAvailable };

    public bool IsUnavailable(Exception fault) => fault switch
    {
        // 08 connection, 53 resources, 57 operator, 58 system; read-only after a failover; cut off while it was idle.
        PostgresException refused => refused.SqlState is [var a, var b, ..] && ((a, b) is ('0', '8') or ('5', '3') or ('5', '7') or ('5', '8')
            || refused.SqlState is PostgresErrorCodes.ReadOnlySqlTransaction or "25P03"),
        NpgsqlException => true,
        _ => false,
    };

    public async ValueTask DisposeAsync()
    {
        await _readers.DisposeAsync();
        await _writers.DisposeAsync();
        await (_readerHosts?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_writerHosts?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    // Two connections are two processes of the server. A pooler that lends one out for a transaction has the same one serve both; nothing
    // is locked before that is known, since the lock would stay with the pooler.
    private async Task EnsureSessionsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var other = await _writers.OpenConnectionAsync(cancellationToken);
        if (await ServedByAsync(connection, cancellationToken) == await ServedByAsync(other, cancellationToken))
        {
            throw new InvalidOperationException("The pooler in front of PostgreSQL keeps no sessions, and locks, leases and LISTEN live in one. It has to (PgBouncer: pool_mode=session).");
        }
    }

    // Asked and not taken from the connection: a pooler makes that number up.
    private static async Task<int> ServedByAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT pg_backend_pid()", connection);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    // Of several hosts the one that is the primary, for readers too: a standby may be behind what was just written.
    private static (NpgsqlDataSource Source, NpgsqlMultiHostDataSource? Hosts) Source(string connection)
    {
        var builder = new NpgsqlDataSourceBuilder(connection) { ConnectionStringBuilder = { TargetSessionAttributes = null } };
        if (!builder.ConnectionStringBuilder.Host!.Contains(',', StringComparison.Ordinal))
        {
            return (builder.Build(), null);
        }

        var hosts = builder.BuildMultiHost();
        return (hosts.WithTargetSession(TargetSessionAttributes.Primary), hosts);
    }

    // Npgsql cancels what takes too long, and PostgreSQL answers a cancelled wait for a standby as if it had been there.
    private static bool WasLetGo(int seconds, long asked) => seconds > 0 && Stopwatch.GetElapsedTime(asked) >= TimeSpan.FromSeconds(seconds);

    private static long LockOf(string name) => BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    // The lowest number that nobody has: as many chains as there ever were writers at once. The lock goes with the connection.
    private static async Task<string> TakeChainAsync(NpgsqlConnection connection)
    {
        for (var number = 1; number <= MostChains; number++)
        {
            if (await connection.QueryFirstAsync<bool>("SELECT pg_try_advisory_lock(@space, @number)", new { space = ChainLocks, number }))
            {
                return "w" + number.ToString(CultureInfo.InvariantCulture);
            }
        }

        throw new InvalidOperationException("Every chain of the books is taken.");
    }

    [GeneratedRegex(@"\bTEXT\b", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TextType();

    [GeneratedRegex(@"\bINTEGER\b", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex IntegerType();

    [GeneratedRegex(@"\bNOT IN (@\w+)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NotInList();

    [GeneratedRegex(@"\bIN (@\w+)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex InList();
}
