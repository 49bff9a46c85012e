using Pictor.Cli.Http;

namespace Pictor.Cli.Batch;

/// <summary>What a failure says about its row: what the manifest is to remember, so that nothing is paid twice and nothing paid is lost.</summary>
internal static class RowVerdict
{
    /// <summary>Whether an earlier run may have paid the row.</summary>
    public static bool IsInDoubt(ManifestEntry? prior) => prior is { Status: not (RowStatus.Failed or RowStatus.Broken) };

    /// <param name="fault">What the row ended with.</param>
    /// <param name="entry">What the manifest holds of it now; null where it was never sent.</param>
    /// <param name="prior">What it held before this run.</param>
    /// <param name="isSent">Whether this run has sent it.</param>
    public static ManifestEntry? After(CliException fault, ManifestEntry? entry, ManifestEntry? prior, bool isSent) => fault switch
    {
        _ when entry is null => null,
        ApiException { MayHaveRun: true } lost => entry with { Status = RowStatus.Unknown, Job = lost.JobId ?? entry.Job },
        ApiException { IsEndOfJob: true } => entry with { Status = RowStatus.Failed },
        _ when !isSent => entry,
        JobLeftException left => entry with { Status = RowStatus.Accepted, Job = left.JobId },
        ApiException { MayBeCharged: true } or NoAnswerException { NeverSent: false } => Lost(entry, (fault as ApiException)?.JobId ?? entry.Job),

        // Refused, so nothing was run for it now. What may have been run before is not undone by that.
        ApiException or NoAnswerException => IsInDoubt(prior) ? Back(entry, prior!) : entry with { Status = RowStatus.Failed },
        _ => entry.Status is RowStatus.Answered or RowStatus.Accepted ? entry : entry with { Status = RowStatus.Unknown },
    };

    private static ManifestEntry Lost(ManifestEntry entry, string? job) =>
        entry with { Status = job is null ? RowStatus.Unknown : RowStatus.Accepted, Job = job };

    private static ManifestEntry Back(ManifestEntry entry, ManifestEntry prior) =>
        entry with { Status = prior.Status == RowStatus.Sent ? RowStatus.Unknown : prior.Status, Job = prior.Job, Links = prior.Links, Files = prior.Files };
}
