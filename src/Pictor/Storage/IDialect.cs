using System.Data.Common;

namespace Pictor.Storage;

/// <summary>The seam between SQL engines: callers write one SQL, the dialect knows what differs.</summary>
internal interface IDialect
{
    /// <summary>True when other processes may work on the same tables.</summary>
    bool IsShared { get; }

    /// <summary>How many connections write at once.</summary>
    int Writers { get; }

    /// <summary>How many writes a transaction carries at most, whatever the settings say.</summary>
    int LargestGroup { get; }

    /// <summary>The words of a migration that differ between engines: <c>{blob}</c>, <c>{identity}</c>; a line that begins with <c>{shared}</c> is for tables that several processes use.</summary>
    string Translate(string migration);

    /// <summary>A statement in the words of this engine: lists are written <c>IN @names</c>.</summary>
    string Statement(string sql);

    /// <summary>Appended to a claiming SELECT so that two processes never take the same row.</summary>
    string SkipLocked { get; }

    /// <summary>An expression for the time of the engine's own clock, in milliseconds since 1970.</summary>
    string Now { get; }

    /// <summary>An expression that is 1 where the engine takes writes, else 0.</summary>
    string TakesWrites { get; }

    /// <summary>Starts a transaction that sees one state of all tables until its end.</summary>
    string Snapshot { get; }

    /// <summary>An open connection that may write, and the chain of entries that it alone goes on with.</summary>
    Task<Writer> OpenWriterAsync(CancellationToken cancellationToken);

    /// <summary>An open connection for reading; disposing it gives it back to a pool.</summary>
    Task<DbConnection> OpenReaderAsync(CancellationToken cancellationToken);

    /// <summary>Drops pooled connections: the engine was away, and they may be dead.</summary>
    void Forget();

    /// <summary>Starts a transaction so that it never has to upgrade a read lock.</summary>
    Task BeginAsync(DbConnection connection);

    /// <summary>Starts the transaction of a group.</summary>
    /// <param name="writer">Open.</param>
    /// <param name="locks">What no other process may work on until the end of it. Taken in one order everywhere, so that groups never wait in a circle.</param>
    Task BeginAsync(Writer writer, IReadOnlyCollection<string> locks);

    /// <summary>Commits a group, which is marked in the tables where that is needed.</summary>
    /// <exception cref="DbException"><see cref="IsUnavailable"/>: with a mark, what became of it has to be asked for.</exception>
    Task CommitAsync(Writer writer);

    /// <summary>After a COMMIT without an answer: whether it took effect. Asks until that is known, and until it is known for good.</summary>
    Task<bool> WasCommittedAsync(string mark, CancellationToken stopping);

    /// <summary>Holds other processes out of the first steps of a start until it is disposed of.</summary>
    Task<IAsyncDisposable?> LockStartAsync(CancellationToken cancellationToken);

    /// <summary>True when a statement met one of another process and works when it is made again.</summary>
    bool IsCollision(Exception fault);

    /// <summary>True when the engine itself cannot write now: full disk, I/O error, lost connection.</summary>
    bool IsUnavailable(Exception fault);
}

/// <summary>A connection that may write.</summary>
/// <param name="Connection">Open.</param>
/// <param name="Chain">The chain of the books that nobody else adds to while it is open.</param>
internal sealed record Writer(DbConnection Connection, string Chain) : IAsyncDisposable
{
    /// <summary>What the last group is recognised by after a lost connection; null where that is not needed.</summary>
    public string? Mark { get; set; }

    /// <summary>The mark that still lies in the tables.</summary>
    public string MarkBefore { get; set; } = "";

    public ValueTask DisposeAsync() => Connection.DisposeAsync();
}
