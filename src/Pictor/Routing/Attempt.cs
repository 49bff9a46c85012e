using Pictor.Storage;

namespace Pictor.Routing;

/// <summary>One try of a job over one channel.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Number">1 for the first.</param>
/// <param name="Channel">The channel's id.</param>
/// <param name="UpstreamModel">The vendor's name of the model.</param>
/// <param name="StartedAt">When it was written down, before the first byte left.</param>
internal sealed record Attempt(string JobId, int Number, string Channel, string UpstreamModel, DateTimeOffset StartedAt)
{
    public Task InsertAsync(Session session) =>
        session.ExecuteAsync(
            "INSERT INTO attempts (job_id, number, channel, upstream_model, started_at) VALUES (@JobId, @Number, @Channel, @UpstreamModel, @at)",
            new { JobId, Number, Channel, UpstreamModel, at = StartedAt.ToUnixTimeMilliseconds() });

    /// <summary>Writes how it ended.</summary>
    public static Task EndAsync(Session session, string jobId, int number, string outcome, DateTimeOffset at) =>
        session.ExecuteAsync(
            "UPDATE attempts SET ended_at = @at, outcome = @outcome WHERE job_id = @jobId AND number = @number",
            new { jobId, number, outcome, at = at.ToUnixTimeMilliseconds() });
}
