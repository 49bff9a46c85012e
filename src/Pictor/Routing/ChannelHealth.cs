using System.Collections.Concurrent;
using System.Globalization;
using Pictor.Errors;
using Pictor.Storage;

namespace Pictor.Routing;

/// <summary>
/// What recent submits say of a channel: a breaker per channel and model, an exclusion for a credential or an account that was
/// refused, a pause the upstream asked for, and how many calls it has now. Poll errors and refusals of content never count.
/// </summary>
internal sealed partial class ChannelHealth
{
    private readonly TimeProvider _time;
    private readonly Hints _hints;
    private readonly ILogger<ChannelHealth> _log;

    private const int FailuresToOpen = 5;
    private const int MostHeardEarly = 1_000;
    private static readonly TimeSpan OpenTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DefaultPause = TimeSpan.FromSeconds(2);

    // What is refused costs nothing: whatever a vendor writes, it is asked once an hour.
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<(string Channel, string Model), Breaker> _breakers = new();
    private readonly ConcurrentDictionary<string, ChannelState> _channels = new(StringComparer.Ordinal);

    // What others told of a channel before it was looked at here, or before its change was read.
    private readonly ConcurrentDictionary<(string Channel, long ChangedAt), ConcurrentQueue<Told>> _early = new();

    public ChannelHealth(Hints hints, TimeProvider time, ILogger<ChannelHealth> log)
    {
        (_hints, _time, _log) = (hints, time, log);
        hints.On(Hints.Health, Hear);
    }

    /// <summary>Takes a place on the channel if it may be asked now; disposing the place gives it back.</summary>
    public Entry TryEnter(Channel channel, string model)
    {
        var now = _time.GetUtcNow();
        var state = State(channel);
        lock (state)
        {
            if (state.Excluded is not null)
            {
                return new Entry(null, RetryAfter: null);
            }

            if (state.PausedUntil > now)
            {
                return new Entry(null, state.PausedUntil - now);
            }
        }

        if (state.Places?.TryTake() == false)
        {
            return new Entry(null, TimeSpan.FromSeconds(1), IsBusy: true);
        }

        var breaker = _breakers.GetOrAdd((channel.Id, model), _ => new Breaker());
        if (!breaker.TryEnter(now, out var retryAfter))
        {
            state.Places?.GiveBack();
            return new Entry(null, retryAfter);
        }

        state.Enter();
        return new Entry(new Place(state, breaker), RetryAfter: null);
    }

    /// <summary>Ends when a place on a busy channel was free for a moment; the place is not kept.</summary>
    public Task PlaceFreeAsync(Channel channel, CancellationToken cancellationToken) => State(channel).Places?.FreeAsync(cancellationToken) ?? Task.CompletedTask;

    /// <summary>A submit was accepted.</summary>
    public void Worked(Channel channel, string model) => _breakers.GetOrAdd((channel.Id, model), _ => new Breaker()).Worked();

    /// <summary>A submit failed; what that says depends on the kind.</summary>
    public void Failed(Channel channel, string model, GatewayError error)
    {
        var now = _time.GetUtcNow();
        var state = State(channel);
        lock (state)
        {
            state.LastError = error.Message;
            state.LastErrorAt = now;
            if (error.Kind is ErrorKind.UpstreamCredential or ErrorKind.UpstreamCredit)
            {
                state.Excluded = error.Message;
                Log.Excluded(_log, channel.Id, error.Message);
                _hints.Tell(Hints.Health, "excluded", channel.Id, $"{channel.ChangedAt}", error.Message);
            }
            else if (error.Kind == ErrorKind.UpstreamRateLimited)
            {
                var pause = error.RetryAfter ?? DefaultPause;
                state.PausedUntil = now + (pause < LongestPause ? pause : LongestPause);
                _hints.Tell(Hints.Health, "paused", channel.Id, $"{channel.ChangedAt}", $"{state.PausedUntil.ToUnixTimeMilliseconds()}");
            }
        }

        var breaker = _breakers.GetOrAdd((channel.Id, model), _ => new Breaker());
        if (!ErrorTable.Row(error.Kind).HurtsHealth || error.Kind == ErrorKind.UpstreamRateLimited)
        {
            breaker.Worked();
        }
        else if (breaker.Failed(now))
        {
            Log.Opened(_log, channel.Id, model, OpenTime, error.Message);
            _hints.Tell(Hints.Health, "open", channel.Id, $"{channel.ChangedAt}", model);
        }
    }

    /// <summary>Forgets what is known of a channel: its settings have changed.</summary>
    public void Reset(string channelId)
    {
        _channels.TryRemove(channelId, out _);
        foreach (var key in _breakers.Keys.Where(key => key.Channel == channelId))
        {
            _breakers.TryRemove(key, out _);
        }
    }

    /// <summary>For the admin API.</summary>
    public ChannelReport Report(Channel channel)
    {
        var now = _time.GetUtcNow();
        var state = State(channel);
        lock (state)
        {
            return new ChannelReport(
                state.Running,
                state.Excluded,
                state.PausedUntil > now ? state.PausedUntil : null,
                state.LastError,
                state.LastErrorAt,
                [.. _breakers.Where(entry => entry.Key.Channel == channel.Id && entry.Value.IsOpen(now)).Select(entry => entry.Key.Model)]);
        }
    }

    // What another replica learned: as if it had happened here.
    private void Hear(string[] words)
    {
        if (words is not [var what, var channel, var changed, var said] || !long.TryParse(changed, NumberStyles.None, CultureInfo.InvariantCulture, out var changedAt))
        {
            return;
        }

        var told = new Told(what, said, _time.GetUtcNow());
        if (_channels.TryGetValue(channel, out var state) && state.ChangedAt >= changedAt)
        {
            if (state.ChangedAt == changedAt)
            {
                Learn(channel, state, told);
            }

            return;
        }

        if (_early.Count < MostHeardEarly)
        {
            _early.GetOrAdd((channel, changedAt), _ => new ConcurrentQueue<Told>()).Enqueue(told);
        }
    }

    private void Learn(string channel, ChannelState state, Told told)
    {
        if (told.What == "open")
        {
            _breakers.GetOrAdd((channel, told.Said), _ => new Breaker()).Open(told.At);
            return;
        }

        lock (state)
        {
            if (told.What == "excluded")
            {
                state.Excluded = told.Said;
            }
            else if (long.TryParse(told.Said, NumberStyles.None, CultureInfo.InvariantCulture, out var until))
            {
                state.PausedUntil = DateTimeOffset.FromUnixTimeMilliseconds(until);
            }
        }
    }

    private ChannelState State(Channel channel)
    {
        var state = _channels.GetOrAdd(channel.Id, _ => new ChannelState(channel));
        if (state.ChangedAt != channel.ChangedAt)
        {
            // Another replica has changed it.
            Reset(channel.Id);
            state = _channels.GetOrAdd(channel.Id, _ => new ChannelState(channel));
        }

        if (!_early.IsEmpty && _early.TryRemove((channel.Id, channel.ChangedAt), out var early))
        {
            foreach (var told in early)
            {
                Learn(channel.Id, state, told);
            }
        }

        return state;
    }

    /// <summary>Whether a call may go over the channel now.</summary>
    /// <param name="Place">What was taken, or null.</param>
    /// <param name="RetryAfter">When it may be asked again, where that is known.</param>
    /// <param name="IsBusy">Only the channel's own limit is in the way: waiting helps.</param>
    public readonly record struct Entry(IDisposable? Place, TimeSpan? RetryAfter, bool IsBusy = false);

    /// <summary>What another replica learned, and when it was heard here.</summary>
    private readonly record struct Told(string What, string Said, DateTimeOffset At);

    // Given back where it was taken, also when the channel was changed in the meantime.
    private sealed class Place(ChannelState state, Breaker breaker) : IDisposable
    {
        public void Dispose()
        {
            state.Leave();
            state.Places?.GiveBack();
            breaker.Left();
        }
    }

    private sealed class ChannelState(Channel channel)
    {
        private int _running;

        public ChannelPlaces? Places { get; } = channel.Concurrent is { } most ? new ChannelPlaces(most) : null;

        public long ChangedAt => channel.ChangedAt;

        public int Running => Volatile.Read(ref _running);

        public string? Excluded { get; set; }

        public DateTimeOffset PausedUntil { get; set; }

        public string? LastError { get; set; }

        public DateTimeOffset? LastErrorAt { get; set; }

        public void Enter() => Interlocked.Increment(ref _running);

        public void Leave() => Interlocked.Decrement(ref _running);
    }

    /// <summary>Opens after several failures in a row; after its time one real request is let through, never a paid probe.</summary>
    private sealed class Breaker
    {
        private readonly Lock _gate = new();
        private int _failures;
        private DateTimeOffset _openUntil;
        private bool _trying;

        public bool TryEnter(DateTimeOffset now, out TimeSpan? retryAfter)
        {
            lock (_gate)
            {
                retryAfter = null;
                if (_failures < FailuresToOpen)
                {
                    return true;
                }

                if (_openUntil > now || _trying)
                {
                    retryAfter = _openUntil > now ? _openUntil - now : TimeSpan.FromSeconds(1);
                    return false;
                }

                _trying = true;
                return true;
            }
        }

        /// <summary>A request that ended without saying anything of the channel frees the way for the next try.</summary>
        public void Left()
        {
            lock (_gate)
            {
                _trying = false;
            }
        }

        public void Worked()
        {
            lock (_gate)
            {
                _failures = 0;
                _trying = false;
            }
        }

        /// <returns>True when this failure opened it.</returns>
        public bool Failed(DateTimeOffset now)
        {
            lock (_gate)
            {
                _trying = false;
                if (++_failures < FailuresToOpen)
                {
                    return false;
                }

                _openUntil = now + OpenTime;
                return true;
            }
        }

        /// <summary>Another replica saw enough failures.</summary>
        public void Open(DateTimeOffset now)
        {
            lock (_gate)
            {
                (_failures, _openUntil) = (FailuresToOpen, now + OpenTime);
            }
        }

        public bool IsOpen(DateTimeOffset now)
        {
            lock (_gate)
            {
                return _failures >= FailuresToOpen && _openUntil > now;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Channel {Channel} is out until it is changed: {Reason}")]
        public static partial void Excluded(ILogger logger, string channel, string reason);

        [LoggerMessage(2, LogLevel.Warning, "Channel {Channel} is not asked for {Model} for {Time}: {Reason}")]
        public static partial void Opened(ILogger logger, string channel, string model, TimeSpan time, string reason);
    }
}

/// <summary>What is known of a channel's health.</summary>
/// <param name="Running">Calls it has now.</param>
/// <param name="Excluded">Why it is out until it is changed, or null.</param>
/// <param name="PausedUntil">When a rate limit ends.</param>
/// <param name="LastError">The last failed submit.</param>
/// <param name="LastErrorAt">When that was.</param>
/// <param name="OpenModels">Models it is not asked for at the moment.</param>
internal sealed record ChannelReport(int Running, string? Excluded, DateTimeOffset? PausedUntil, string? LastError, DateTimeOffset? LastErrorAt, IReadOnlyList<string> OpenModels);
