namespace Pictor.Keys;

/// <summary>How the calls of a key wait that say nothing about it themselves.</summary>
/// <param name="After">When a call that is still held turns into something else; null for never.</param>
/// <param name="IsBlank">True for a blank before the JSON, then and again; false for a 202 with the job.</param>
/// <param name="AcceptedStatus">The status of every answer that names a job instead of pictures: 202, or the 200 that relay nodes want.</param>
internal sealed record KeyWaiting(TimeSpan? After, bool IsBlank, int AcceptedStatus)
{
    public const int Longest = 600;
    public const string ThenAccepted = "accepted";
    public const string ThenBlank = "blank";

    /// <summary>A call is held to its end.</summary>
    public static readonly KeyWaiting ToTheEnd = new(null, IsBlank: false, StatusCodes.Status202Accepted);

    public string Then => IsBlank ? ThenBlank : ThenAccepted;
}
