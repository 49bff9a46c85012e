using System.Collections.Concurrent;
using Pictor.Errors;

namespace Pictor.Keys;

/// <summary>
/// Requests and pictures of a key in the last minute, counted one by one: at no time do more than the limit fall into any 60
/// seconds. On the monotonic clock, so a clock that is set changes nothing.
/// </summary>
internal sealed class RateLimits(TimeProvider time) : IRateLimits
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, Meters> _byKey = new(StringComparer.Ordinal);

    public ValueTask TakeAsync(ApiKey key, int images)
    {
        Take(key, images);
        return ValueTask.CompletedTask;
    }

    /// <summary>What no waiting helps against.</summary>
    /// <exception cref="GatewayException"><see cref="ErrorKind.InvalidRequest"/>.</exception>
    public static void RefuseTooMany(KeyLimits limits, int images)
    {
        if (limits.ImagesPerMinute < images)
        {
            throw new GatewayException(ErrorKind.InvalidRequest, $"This key may make {limits.ImagesPerMinute} pictures a minute, so n can be at most {limits.ImagesPerMinute}.", "n");
        }
    }

    /// <summary>Counts one request for so many pictures.</summary>
    /// <exception cref="GatewayException"><see cref="ErrorKind.RateLimited"/>, with the time to wait; then nothing was counted.</exception>
    public void Take(ApiKey key, int images)
    {
        var limits = key.Limits;
        if (limits.RequestsPerMinute is null && limits.ImagesPerMinute is null)
        {
            return;
        }

        RefuseTooMany(limits, images);
        var meters = _byKey.GetOrAdd(key.Id, _ => new Meters());
        lock (meters)
        {
            var now = time.GetTimestamp();
            var wait = Wait(meters.Requests, limits.RequestsPerMinute, 1, now);
            Refuse(wait, $"This key may make {limits.RequestsPerMinute} requests a minute.");
            wait = Wait(meters.Images, limits.ImagesPerMinute, images, now);
            Refuse(wait, $"This key may make {limits.ImagesPerMinute} pictures a minute.");
            meters.Requests.Add(now, 1);
            meters.Images.Add(now, images);
        }
    }

    /// <summary>Where the key stands now, for the headers of an answer.</summary>
    public RateStanding Standing(ApiKey key)
    {
        if (!_byKey.TryGetValue(key.Id, out var meters))
        {
            return new RateStanding(Full(key.Limits.RequestsPerMinute), Full(key.Limits.ImagesPerMinute));
        }

        lock (meters)
        {
            var now = time.GetTimestamp();
            return new RateStanding(Of(meters.Requests, key.Limits.RequestsPerMinute, now), Of(meters.Images, key.Limits.ImagesPerMinute, now));
        }
    }

    private static RateCount? Full(int? limit) => limit is { } most ? new RateCount(most, most, TimeSpan.Zero) : null;

    private static void Refuse(TimeSpan? wait, string message)
    {
        if (wait is { } until)
        {
            throw new GatewayException(new GatewayError(ErrorKind.RateLimited, message, RetryAfter: until));
        }
    }

    private RateCount? Of(Meter meter, int? limit, long now)
    {
        if (limit is not { } most)
        {
            return null;
        }

        Forget(meter, now);
        return new RateCount(most, Math.Max(0, most - meter.Sum), meter.Count == 0 ? TimeSpan.Zero : Window - time.GetElapsedTime(meter.Newest, now));
    }

    private TimeSpan? Wait(Meter meter, int? limit, int more, long now)
    {
        Forget(meter, now);
        return limit is not { } most || meter.Sum + more <= most ? null : Window - time.GetElapsedTime(meter.OldestLeaving(meter.Sum + more - most), now);
    }

    private void Forget(Meter meter, long now)
    {
        while (meter.Count > 0 && time.GetElapsedTime(meter.Oldest, now) >= Window)
        {
            meter.RemoveOldest();
        }
    }

    private sealed class Meters
    {
        public Meter Requests { get; } = new();

        public Meter Images { get; } = new();
    }

    private sealed class Meter
    {
        private readonly Queue<(long At, int Amount)> _events = new();

        public int Sum { get; private set; }

        public int Count => _events.Count;

        public long Oldest => _events.Peek().At;

        public long Newest { get; private set; }

        public void Add(long at, int amount)
        {
            _events.Enqueue((at, amount));
            Sum += amount;
            Newest = at;
        }

        public void RemoveOldest() => Sum -= _events.Dequeue().Amount;

        /// <summary>The time of the event with which so much has gone.</summary>
        public long OldestLeaving(int amount)
        {
            foreach (var (at, leaving) in _events)
            {
                amount -= leaving;
                if (amount <= 0)
                {
                    return at;
                }
            }

            return Newest;
        }
    }
}

/// <summary>One limit, what is left of it, and when all of it is there again.</summary>
internal sealed record RateCount(int Limit, int Remaining, TimeSpan Reset);

/// <summary>The limits of a key; null where there is none.</summary>
internal sealed record RateStanding(RateCount? Requests, RateCount? Images);
