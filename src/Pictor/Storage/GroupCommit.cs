using System.Data.Common;
using System.Threading.Channels;
using Dapper;
using Microsoft.Extensions.Options;
using Pictor.Errors;

namespace Pictor.Storage;

/// <summary>
/// Many callers, one sync: whatever waits is written in one transaction, each caller behind a savepoint of its own, so that
/// one bad statement fails one caller.
/// </summary>
internal sealed partial class GroupCommit : IAsyncDisposable
{
    private readonly Channel<Write> _queue = Channel.CreateBounded<Write>(new BoundedChannelOptions(16_384) { SingleReader = true });
    private readonly IDialect _dialect;
    private readonly int _largest;
    private readonly ILogger<GroupCommit> _log;
    private readonly Task _loop;

    public GroupCommit(IDialect dialect, IOptions<StorageOptions> options, ILogger<GroupCommit> log)
    {
        _dialect = dialect;
        _largest = options.Value.LargestGroup;
        _log = log;
        _loop = Task.Run(LoopAsync);
    }

    public static GatewayException Unavailable(Exception fault) =>
        new(new GatewayError(ErrorKind.StorageUnavailable, "The gateway cannot store anything at the moment.", RetryAfter: TimeSpan.FromSeconds(5)), fault);

    public async Task<T> RunAsync<T>(Func<Session, Task<T>> work, CancellationToken cancellationToken)
    {
        var write = new Write<T>(work);
        try
        {
            await _queue.Writer.WriteAsync(write, cancellationToken);
        }
        catch (ChannelClosedException fault)
        {
            throw Unavailable(fault);
        }

        return await write.Result;
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
    }

    private async Task LoopAsync()
    {
        DbConnection? connection = null;
        var group = new List<Write>(_largest);
        while (await _queue.Reader.WaitToReadAsync())
        {
            group.Clear();
            try
            {
                connection ??= await _dialect.OpenWriterAsync(CancellationToken.None);
                await WriteGroupAsync(connection, group);
            }
            catch (Exception fault)
            {
                Log.Failed(_log, fault, group.Count);
                Fail(group, fault);
                if (connection is not null)
                {
                    await connection.DisposeAsync();
                    connection = null;
                }
            }
        }

        if (connection is not null)
        {
            await connection.DisposeAsync();
        }
    }

    private async Task WriteGroupAsync(DbConnection connection, List<Write> group)
    {
        // Something is waiting: take it before the transaction starts, so that a failing start fails a caller and not the loop.
        while (group.Count == 0)
        {
            if (!_queue.Reader.TryRead(out var first))
            {
                return;
            }

            group.Add(first);
        }

        var session = new Session(connection);
        await connection.ExecuteAsync(_dialect.Begin);
        await WriteOneAsync(connection, session, group[0]);
        while (group.Count < _largest && _queue.Reader.TryRead(out var next))
        {
            group.Add(next);
            await WriteOneAsync(connection, session, next);
        }

        await connection.ExecuteAsync("COMMIT");
        foreach (var write in group)
        {
            write.Complete();
        }
    }

    private async Task WriteOneAsync(DbConnection connection, Session session, Write write)
    {
        await connection.ExecuteAsync("SAVEPOINT caller");
        try
        {
            await write.RunAsync(session);
            await connection.ExecuteAsync("RELEASE SAVEPOINT caller");
        }
        catch (Exception fault) when (!_dialect.IsUnavailable(fault))
        {
            write.Fault = fault;
            await connection.ExecuteAsync("ROLLBACK TO SAVEPOINT caller");
            await connection.ExecuteAsync("RELEASE SAVEPOINT caller");
        }
    }

    private static void Fail(List<Write> group, Exception fault)
    {
        foreach (var write in group)
        {
            write.Fault = Unavailable(fault);
            write.Complete();
        }
    }

    private abstract class Write
    {
        public Exception? Fault { get; set; }

        public abstract Task RunAsync(Session session);

        public abstract void Complete();
    }

    private sealed class Write<T>(Func<Session, Task<T>> work) : Write
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _value;

        public Task<T> Result => _done.Task;

        public override async Task RunAsync(Session session) => _value = await work(session);

        public override void Complete()
        {
            if (Fault is null)
            {
                _done.TrySetResult(_value!);
            }
            else
            {
                _done.TrySetException(Fault);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A group of {Count} writes did not reach the database.")]
        public static partial void Failed(ILogger logger, Exception fault, int count);
    }
}
