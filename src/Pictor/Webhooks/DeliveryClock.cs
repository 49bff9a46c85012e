namespace Pictor.Webhooks;

/// <summary>
/// The time that deliveries are scheduled in: the clock on the wall, but one that was set is followed only when what waits was
/// moved with it. So it neither holds deliveries back for days nor hurries them through their schedule.
/// </summary>
internal sealed class DeliveryClock(TimeProvider time)
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);
    private (DateTimeOffset At, long Ticks) _base = (time.GetUtcNow(), time.GetTimestamp());
    private readonly Lock _gate = new();

    public DateTimeOffset Now
    {
        get
        {
            lock (_gate)
            {
                return _base.At + time.GetElapsedTime(_base.Ticks);
            }
        }
    }

    /// <summary>How far the clock was set since the last look; zero for the small steps that keep it right.</summary>
    public TimeSpan Jump()
    {
        var jump = time.GetUtcNow() - Now;
        return jump.Duration() > Tolerance ? jump : TimeSpan.Zero;
    }

    /// <summary>Follows the clock.</summary>
    public void Follow(TimeSpan jump)
    {
        lock (_gate)
        {
            _base = (_base.At + jump, _base.Ticks);
        }
    }
}
