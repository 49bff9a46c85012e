namespace Pictor.Jobs;

/// <summary>Where a job stands. Every step is on the disk before the next thing happens.</summary>
internal enum JobState
{
    /// <summary>Accepted and held for; nothing was sent.</summary>
    Reserved,

    /// <summary>Written before the first byte leaves: from here on an interruption may have cost money.</summary>
    Sending,

    /// <summary>The upstream gave a handle, and it is stored.</summary>
    Accepted,

    Succeeded,
    Failed,

    /// <summary>Sent, and nobody knows what came of it; shown as failed.</summary>
    Unknown,

    Cancelled,
}

/// <summary>The names of states in rows and over HTTP.</summary>
internal static class JobStates
{
    public static bool IsEnded(this JobState state) => state >= JobState.Succeeded;

    public static string Name(this JobState state) => state switch
    {
        JobState.Reserved => "reserved",
        JobState.Sending => "sending",
        JobState.Accepted => "accepted",
        JobState.Succeeded => "succeeded",
        JobState.Failed => "failed",
        JobState.Unknown => "unknown",
        _ => "cancelled",
    };

    public static JobState Parse(string name) => Enum.GetValues<JobState>().First(state => state.Name() == name);

    /// <summary>The word callers see: <c>queued</c>, <c>running</c>, <c>succeeded</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    public static string Status(this JobState state) => state switch
    {
        JobState.Reserved => "queued",
        JobState.Sending or JobState.Accepted => "running",
        JobState.Succeeded => "succeeded",
        JobState.Cancelled => "cancelled",
        _ => "failed",
    };

    /// <summary>The event that tells of an end.</summary>
    public static string Event(this JobState state) => "image.generation." + state.Status();

    /// <summary>The states behind a status, or nothing for a word that is none.</summary>
    public static IReadOnlyList<string> NamesOf(string status) =>
        [.. Enum.GetValues<JobState>().Where(state => state.Status() == status).Select(state => state.Name())];
}
