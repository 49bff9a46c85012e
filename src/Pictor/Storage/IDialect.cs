using System.Data.Common;

namespace Pictor.Storage;

/// <summary>The seam between SQL engines: callers write one SQL, the dialect knows what differs.</summary>
internal interface IDialect
{
    /// <summary>The words of a migration that differ between engines: <c>{blob}</c>, <c>{identity}</c>…</summary>
    string Translate(string migration);

    /// <summary>Appended to a claiming SELECT so that two processes never take the same row.</summary>
    string SkipLocked { get; }

    /// <summary>An open connection that may write.</summary>
    Task<DbConnection> OpenWriterAsync(CancellationToken cancellationToken);

    /// <summary>An open connection for reading; disposing it gives it back to a pool.</summary>
    Task<DbConnection> OpenReaderAsync(CancellationToken cancellationToken);

    /// <summary>Starts the transaction of a group so that it never has to upgrade a read lock.</summary>
    string Begin { get; }

    /// <summary>True when a statement broke a unique or foreign key.</summary>
    bool IsConflict(Exception fault);

    /// <summary>True when the engine itself cannot write now: full disk, I/O error, lost connection.</summary>
    bool IsUnavailable(Exception fault);
}
