namespace Pictor.Tests.Providers;

/// <summary>A clock that stands still until a test moves it; its timers are the system's.</summary>
internal sealed class ManualClock : TimeProvider
{
    private DateTimeOffset _now = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => _now;

    public void Move(TimeSpan time) => _now += time;
}
