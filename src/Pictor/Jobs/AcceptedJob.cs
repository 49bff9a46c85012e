using System.Threading.Channels;
using Pictor.Assets;

namespace Pictor.Jobs;

/// <summary>The job of a call: a new one, or that of the same call made before.</summary>
internal sealed record AcceptedJob(Job Job)
{
    public bool IsReplayed { get; init; }

    /// <summary>How many warnings the job had when it was accepted; running adds to them.</summary>
    public int? AcceptedWarnings { get; init; }

    /// <summary>How long the links of the first answer live; null for a call that cannot be recognised again.</summary>
    public TimeSpan? LinkLife { get; init; }

    /// <summary>Unfinished pictures, for a call that wants to see them.</summary>
    public ChannelReader<PartialPicture>? Partials { get; init; }

    /// <summary>The job as the first call saw it, before anything was done for it.</summary>
    public Job AsAccepted() => IsReplayed
        ? Job with
        {
            State = JobState.Reserved,
            StartedAt = null,
            EndedAt = null,
            Attempts = 0,
            Channel = null,
            Progress = null,
            Result = null,
            Error = null,
            Cost = null,
            Warnings = [.. Job.Warnings.Take(AcceptedWarnings ?? Job.Warnings.Count)],
        }
        : Job;

    /// <summary>What the links of an answer promise: counted from the job's end, so that a second answer is the first one.</summary>
    public LinkTerms LinksOf(Job ended) => new(ended.EndedAt, LinkLife);
}
