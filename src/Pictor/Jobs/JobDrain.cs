namespace Pictor.Jobs;

/// <summary>Says whether the gateway is on its way down: readiness turns, new work is refused, what runs goes on.</summary>
internal sealed class JobDrain
{
    private volatile bool _stopping;

    public bool IsStopping => _stopping;

    public void Begin() => _stopping = true;
}
