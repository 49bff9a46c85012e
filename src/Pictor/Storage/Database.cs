using System.Data;
using System.Data.Common;
using Pictor.Errors;

namespace Pictor.Storage;

/// <summary>The one door to the rows: reads on pooled connections, writes through the group commit.</summary>
internal sealed class Database(IDialect dialect, GroupCommit writes)
{
    /// <summary>Runs reading statements.</summary>
    /// <exception cref="GatewayException"><see cref="ErrorKind.StorageUnavailable"/>.</exception>
    public async Task<T> ReadAsync<T>(Func<Session, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(work, mayBeStale: dialect.IsShared, cancellationToken);
        }
        catch (DbException fault) when (dialect.IsUnavailable(fault))
        {
            throw GroupCommit.Unavailable(fault);
        }
    }

    /// <summary>
    /// Runs statements that take effect together or not at all. The task ends when they are on the disk; a caller that stops
    /// waiting does not undo them.
    /// </summary>
    /// <exception cref="GatewayException"><see cref="ErrorKind.StorageUnavailable"/>.</exception>
    public Task<T> WriteAsync<T>(Func<Session, Task<T>> work, CancellationToken cancellationToken) => writes.RunAsync(null, work, cancellationToken);

    /// <summary>The same, with something that no other process works on meanwhile: a key's money, a channel's places, a kind of settings.</summary>
    public Task<T> WriteAsync<T>(string? held, Func<Session, Task<T>> work, CancellationToken cancellationToken) => writes.RunAsync(held, work, cancellationToken);

    public Task WriteAsync(Func<Session, Task> work, CancellationToken cancellationToken) => WriteAsync(null, work, cancellationToken);

    public Task WriteAsync(string? held, Func<Session, Task> work, CancellationToken cancellationToken) =>
        writes.RunAsync(
            held,
            async session =>
            {
                await work(session);
                return true;
            },
            cancellationToken);

    private async Task<T> ReadAsync<T>(Func<Session, Task<T>> work, bool mayBeStale, CancellationToken cancellationToken)
    {
        await using (var connection = await dialect.OpenReaderAsync(cancellationToken))
        {
            try
            {
                return await work(new Session(connection, dialect));
            }
            catch (DbException fault) when (mayBeStale && connection.State != ConnectionState.Open && dialect.IsUnavailable(fault))
            {
                // After a restart of the engine every pooled connection breaks once. Where none was to be had, nothing is said of those in the pool.
            }
        }

        dialect.Forget();
        return await ReadAsync(work, mayBeStale: false, cancellationToken);
    }
}
