using Microsoft.Extensions.Options;

namespace Pictor.Storage;

/// <summary>
/// This process among those that share the tables: its name in them, and whether what it owns is still its own. With SQLite
/// there is no other, and it owns everything for as long as it lives.
/// </summary>
internal sealed class Replica(IDialect dialect, DatabaseTime time, RowIds ids, IOptions<StorageOptions> options)
{
    // Given up a little before the others may take it: their clock starts when the database wrote, ours when we asked.
    private const double OwnShare = 0.9;
    private readonly Lock _gate = new();
    private TaskCompletionSource _beaten = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long? _asked;
    private long _heldSince;
    private bool _wasLost;
    private DateTimeOffset _serverStart;

    public string Id { get; } = dialect.IsShared ? ids.Ordered("rep") : "only";

    /// <summary>How many others live, as of the last look.</summary>
    public int Others { get; private set; }

    /// <summary>How often the lease was over before it was prolonged: what was owned before may be another's since.</summary>
    public int Lapses { get; private set; }

    /// <summary>True for one of all replicas at most: for work that only one of them is to do.</summary>
    public bool IsFirst => !dialect.IsShared || (IsHeld && IsEldest);

    /// <summary>True while nobody else may take what this process owns.</summary>
    public bool IsHeld
    {
        get
        {
            lock (_gate)
            {
                return !dialect.IsShared || (_asked is { } asked && time.GetElapsedTime(asked) < options.Value.Lease * OwnShare);
            }
        }
    }

    /// <summary>
    /// True when a replica without a lease is truly gone: after an outage of the database, or when its clock was set ahead, all leases are
    /// over, and the others are given the time to come back.
    /// </summary>
    public bool MayTakeOver
    {
        get
        {
            lock (_gate)
            {
                return dialect.IsShared && IsHeld && (time.GetElapsedTime(_heldSince) >= options.Value.Lease || (!_wasLost && time.GetUtcNow() - _serverStart >= options.Value.Lease));
            }
        }
    }

    /// <summary>
    /// An expression for the time by which leases of others are over. Not past the time that this process knows of, its parameter
    /// <c>@known</c>: a clock that was set ahead a moment ago ends nobody's lease.
    /// </summary>
    public string LeasesUntil => $"LEAST({dialect.Now}, @known)";

    /// <summary>The database's time as of the last look and the monotonic clock, in milliseconds since 1970.</summary>
    public long Known => time.GetUtcNow().ToUnixTimeMilliseconds();

    private bool IsEldest { get; set; }

    /// <summary>Ends at once, or when this process may go on with what it owns.</summary>
    public async Task HeldAsync(CancellationToken cancellationToken)
    {
        while (!IsHeld)
        {
            Task beaten;
            lock (_gate)
            {
                beaten = _beaten.Task;
            }

            await beaten.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The same, but ends after one lease too: with the database away, what is to be written behind it fails by itself.</summary>
    public async Task HeldSoonAsync()
    {
        using var patience = new CancellationTokenSource(options.Value.Lease, time);
        try
        {
            await HeldAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>The database has prolonged the lease.</summary>
    /// <param name="asked">When it was asked to, on the monotonic clock.</param>
    /// <param name="others">How many others live.</param>
    /// <param name="isEldest">No living one has a lower name.</param>
    /// <param name="serverStart">Since when the database has been up, by its own clock.</param>
    /// <param name="wasClockSet">By so much that the leases of those who live may look as if they were over.</param>
    public void Prolonged(long asked, int others, bool isEldest, DateTimeOffset serverStart, bool wasClockSet)
    {
        TaskCompletionSource beaten;
        lock (_gate)
        {
            // Another server, or this one behind a restart: one that took over may know older leases than were given.
            if (!IsHeld || serverStart != _serverStart)
            {
                _wasLost = _asked is not null;
                Lapses += _wasLost ? 1 : 0;
                _heldSince = asked;
            }

            if (wasClockSet)
            {
                (_wasLost, _heldSince) = (true, asked);
            }

            (_asked, Others, IsEldest, _serverStart) = (asked, others, isEldest, serverStart);
            beaten = _beaten;
            _beaten = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        beaten.TrySetResult();
    }
}
