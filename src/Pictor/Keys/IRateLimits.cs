using Pictor.Errors;

namespace Pictor.Keys;

/// <summary>Requests and pictures of a key in the last minute: counted in this process, or in the tables that replicas share.</summary>
internal interface IRateLimits
{
    /// <summary>Counts one request for so many pictures.</summary>
    /// <exception cref="GatewayException"><see cref="ErrorKind.RateLimited"/>, with the time to wait; then nothing was counted.</exception>
    ValueTask TakeAsync(ApiKey key, int images);

    /// <summary>Where the key stands now, for the headers of an answer.</summary>
    RateStanding Standing(ApiKey key);
}
