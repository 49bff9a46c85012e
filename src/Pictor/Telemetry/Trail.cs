namespace Pictor.Telemetry;

/// <summary>What the current work is for: the request that asked, and its job. It flows with the work, into logs and to upstreams.</summary>
/// <param name="RequestId">The <c>x-request-id</c> of the call.</param>
/// <param name="JobId">Null until there is a job.</param>
internal sealed record Trail(string RequestId, string? JobId)
{
    private static readonly AsyncLocal<Trail?> Flowing = new();

    public static Trail? Current => Flowing.Value;

    /// <summary>Holds for what the caller does from here on; the caller is an async method, at whose end it is over.</summary>
    public static void Follow(string requestId, string? jobId) => Flowing.Value = new Trail(requestId, jobId);
}
