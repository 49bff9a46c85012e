namespace Pictor.Storage;

/// <summary>
/// The clock of the database, carried on by this machine's monotonic one: replicas agree about the time, whatever their own
/// clocks say. Before the first measurement it is this machine's clock.
/// </summary>
internal sealed class DatabaseTime(TimeProvider machine) : TimeProvider
{
    private sealed record Measured(DateTimeOffset At, long Ticks);

    private Measured? _measured;

    public override long TimestampFrequency => machine.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() =>
        Volatile.Read(ref _measured) is { } measured ? measured.At + machine.GetElapsedTime(measured.Ticks) : machine.GetUtcNow();

    public override long GetTimestamp() => machine.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => machine.CreateTimer(callback, state, dueTime, period);

    /// <summary>Takes what the database said between two moments of the monotonic clock.</summary>
    /// <returns>How far the clock of the database was set since it last said something; zero the first time.</returns>
    public TimeSpan Set(DateTimeOffset told, long asked, long heard)
    {
        var before = Volatile.Read(ref _measured);
        var now = new Measured(told, asked + ((heard - asked) / 2));
        Volatile.Write(ref _measured, now);
        return before is null ? TimeSpan.Zero : told - (before.At + machine.GetElapsedTime(before.Ticks, now.Ticks));
    }
}
