using Pictor.Assets;
using Pictor.Images;
using Pictor.Routing;

namespace Pictor.Jobs;

/// <summary>What changes while one job runs: the job as it is written next, and what its parts have brought so far.</summary>
internal sealed class JobRun(Job job, IReadOnlyList<Attempt> before, JobHold hold)
{
    private int _attempts = job.Attempts;

    /// <summary>Parts run in parallel and write the same row: one at a time.</summary>
    public SemaphoreSlim Gate { get; } = new(1);

    public Job Job { get; set; } = job;

    public JobHold Hold { get; } = hold;

    /// <summary>The lapses of the replica's lease behind which the job was found to be its own still.</summary>
    public int Lapses { get; set; }

    /// <summary>The attempts of former processes.</summary>
    public IReadOnlyList<Attempt> Before { get; } = before;

    public List<Asset> Assets { get; } = [];

    /// <summary>What the only part of the job has brought, to be written with the job's end.</summary>
    public PartDelivery? Delivery { get; set; }

    public List<Warning> Warnings { get; } = [];

    public List<ImageUsage> Usages { get; } = [.. before.Select(attempt => attempt.Usage).OfType<ImageUsage>()];

    public int NextAttempt() => Interlocked.Increment(ref _attempts);
}

/// <summary>The end of an attempt that brought pictures, whose bytes are in their place.</summary>
internal sealed record PartDelivery(Attempt Attempt, IReadOnlyList<Asset> Assets);
