using System.Data;
using System.Data.Common;
using System.Diagnostics;
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
    private const int MostTries = 5;
    // Behind a commit whose outcome is not known yet: as long as a connection may take.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private const string Savepoint = "SAVEPOINT caller";
    private const string NextSavepoint = "RELEASE SAVEPOINT caller; " + Savepoint;
    private readonly Channel<Write>[] _queues;
    private readonly IDialect _dialect;
    private readonly int _largest;
    private readonly ILogger<GroupCommit> _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loops;

    public GroupCommit(IDialect dialect, IOptions<StorageOptions> options, ILogger<GroupCommit> log)
    {
        _dialect = dialect;
        _largest = Math.Min(options.Value.LargestGroup, dialect.LargestGroup);
        _log = log;
        _queues = [.. Enumerable.Range(0, dialect.Writers).Select(_ => Channel.CreateBounded<Write>(new BoundedChannelOptions(16_384) { SingleReader = true }))];
        _loops = Task.WhenAll(_queues.Select(queue => Task.Run(() => LoopAsync(queue.Reader))));
    }

    public static GatewayException Unavailable(Exception fault) =>
        new(new GatewayError(ErrorKind.StorageUnavailable, "The gateway cannot store anything at the moment.", RetryAfter: TimeSpan.FromSeconds(5)), fault);

    /// <param name="held">What no other process may work on meanwhile, or null. Equal names go to one writer, in their order.</param>
    /// <param name="work">May be run again when the engine rolled it back.</param>
    /// <param name="cancellationToken">Only while it waits for a place in the queue.</param>
    public async Task<T> RunAsync<T>(string? held, Func<Session, Task<T>> work, CancellationToken cancellationToken)
    {
        var write = new Write<T>(held, work);
        try
        {
            await _queues[held is null ? 0 : (int)((uint)string.GetHashCode(held, StringComparison.Ordinal) % _queues.Length)].Writer.WriteAsync(write, cancellationToken);
        }
        catch (ChannelClosedException fault)
        {
            throw Unavailable(fault);
        }

        return await write.Result;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var queue in _queues)
        {
            queue.Writer.TryComplete();
        }

        _stop.CancelAfter(TimeSpan.FromSeconds(10));
        await _loops;
    }

    private async Task LoopAsync(ChannelReader<Write> queue)
    {
        Writer? writer = null;
        var group = new List<Write>();
        while (group.Count > 0 || await queue.WaitToReadAsync())
        {
            Fill(group, queue);
            if (group.Count == 0)
            {
                continue;
            }

            var mayBeStale = writer is not null;
            while (true)
            {
                try
                {
                    writer ??= await _dialect.OpenWriterAsync(CancellationToken.None);
                    await WriteGroupAsync(writer, group, queue);
                    break;
                }
                catch (Exception fault)
                {
                    await LeaveAsync(writer);
                    writer = null;
                    if (mayBeStale && _dialect.IsShared && _dialect.IsUnavailable(fault))
                    {
                        // Nothing of it took effect; an engine that was restarted takes it over a new connection.
                        mayBeStale = false;
                        group.ForEach(write => write.Fault = null);
                        continue;
                    }

                    Log.Failed(_log, fault, group.Count);
                    Fail(group, fault);
                    break;
                }
            }

            group.RemoveAll(write => write.IsComplete);
            if (writer is { Connection.State: not ConnectionState.Open })
            {
                // Lost behind a commit that took effect.
                await LeaveAsync(writer);
                writer = null;
            }
        }

        await LeaveAsync(writer);
    }

    // Taken before the transaction starts: what it locks is known then, and a failing start fails callers and not the loop.
    private void Fill(List<Write> group, ChannelReader<Write> queue)
    {
        while (group.Count < (_dialect.IsShared ? _largest : 1) && queue.TryRead(out var write))
        {
            group.Add(write);
        }
    }

    private async Task WriteGroupAsync(Writer writer, List<Write> group, ChannelReader<Write> queue)
    {
        var connection = writer.Connection;
        var session = new Session(connection, _dialect, writer.Chain);
        var held = group.Select(write => write.Held).OfType<string>().ToHashSet(StringComparer.Ordinal);
        await _dialect.BeginAsync(writer, held);
        await connection.ExecuteAsync(Savepoint);
        var isFresh = true;
        for (var next = 0; next < group.Count; next++)
        {
            if (!isFresh)
            {
                await connection.ExecuteAsync(NextSavepoint);
            }

            isFresh = !await WriteOneAsync(connection, session, group[next]);
            if (next == group.Count - 1 && group.Count < _largest && queue.TryPeek(out var more) && MayJoin(more, held) && queue.TryRead(out more))
            {
                group.Add(more);
            }
        }

        try
        {
            await _dialect.CommitAsync(writer);
        }
        catch (Exception fault) when (writer.Mark is not null && _dialect.IsUnavailable(fault))
        {
            // The answer is lost, not the transaction: what it did is asked for, and never guessed.
            Log.NoAnswer(_log, fault, group.Count);
            if (!await WasCommittedAsync(writer.Mark, queue, fault))
            {
                throw;
            }
        }

        foreach (var write in group.Where(write => !write.IsToBeRepeated))
        {
            write.Complete();
        }
    }

    // The group waits for as long as nobody knows what became of it. Who comes behind it is told before long that nothing can be stored.
    private async Task<bool> WasCommittedAsync(string mark, ChannelReader<Write> queue, Exception fault)
    {
        using var known = new CancellationTokenSource();
        var refusing = RefuseAsync(queue, fault, known.Token);
        try
        {
            return await _dialect.WasCommittedAsync(mark, _stop.Token);
        }
        finally
        {
            await known.CancelAsync();
            await refusing;
        }
    }

    private static async Task RefuseAsync(ChannelReader<Write> queue, Exception fault, CancellationToken known)
    {
        try
        {
            while (await queue.WaitToReadAsync(known) && queue.TryPeek(out var next))
            {
                // Each has its time, so that who comes as the engine comes back is not turned away at the door.
                if (Patience - Stopwatch.GetElapsedTime(next.Since) is { Ticks: > 0 } left)
                {
                    await Task.Delay(left, TimeProvider.System, known);
                }

                if (queue.TryRead(out var write))
                {
                    Fail([write], fault);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The engine answers again.
        }
    }

    private bool MayJoin(Write write, HashSet<string> held) => !_dialect.IsShared || write.Held is null || held.Contains(write.Held);

    // False when it left nothing behind its savepoint, which then serves the next one.
    private async Task<bool> WriteOneAsync(DbConnection connection, Session session, Write write)
    {
        write.IsToBeRepeated = false;
        try
        {
            await write.RunAsync(session);
            return true;
        }
        catch (Exception fault) when (!_dialect.IsUnavailable(fault))
        {
            await connection.ExecuteAsync("ROLLBACK TO SAVEPOINT caller");
            write.IsToBeRepeated = _dialect.IsCollision(fault) && ++write.Tries < MostTries;
            write.Fault = write.IsToBeRepeated ? null : _dialect.IsCollision(fault) ? Unavailable(fault) : fault;
            return false;
        }
    }

    private static async Task LeaveAsync(Writer? writer)
    {
        if (writer is not null)
        {
            await writer.DisposeAsync();
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

    private abstract class Write(string? held)
    {
        public string? Held => held;

        public Exception? Fault { get; set; }

        /// <summary>It met another process and was rolled back; the next group takes it again.</summary>
        public bool IsToBeRepeated { get; set; }

        public int Tries { get; set; }

        public long Since { get; } = Stopwatch.GetTimestamp();

        public abstract bool IsComplete { get; }

        public abstract Task RunAsync(Session session);

        public abstract void Complete();
    }

    private sealed class Write<T>(string? held, Func<Session, Task<T>> work) : Write(held)
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _value;

        public Task<T> Result => _done.Task;

        public override bool IsComplete => _done.Task.IsCompleted;

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

        [LoggerMessage(2, LogLevel.Warning, "The connection was lost while {Count} writes were committed; the database is asked what became of them.")]
        public static partial void NoAnswer(ILogger logger, Exception fault, int count);
    }
}
