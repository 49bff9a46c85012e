using Pictor.Assets;
using Pictor.Images;
using Pictor.Routing;

namespace Pictor.Jobs;

/// <summary>What changes while one job runs: the job as it is written next, and what its parts have brought so far.</summary>
internal sealed class JobRun(Job job, string workFolder, IReadOnlyList<Attempt> before)
{
    private int _attempts = job.Attempts;

    /// <summary>Parts run in parallel and write the same row: one at a time.</summary>
    public SemaphoreSlim Gate { get; } = new(1);

    public Job Job { get; set; } = job;

    public string WorkFolder { get; } = workFolder;

    /// <summary>The attempts of former processes.</summary>
    public IReadOnlyList<Attempt> Before { get; } = before;

    public List<Asset> Assets { get; } = [];

    public List<Warning> Warnings { get; } = [];

    public List<ImageUsage> Usages { get; } = [.. before.Select(attempt => attempt.Usage).OfType<ImageUsage>()];

    public int NextAttempt() => Interlocked.Increment(ref _attempts);
}
