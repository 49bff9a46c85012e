using Pictor.Errors;

namespace Pictor.Providers;

/// <summary>
/// What is done on this machine before the first byte leaves it. When the disk fails there, nothing was sent: that must not pass for
/// an unknown outcome.
/// </summary>
internal static class Preparation
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);

    /// <exception cref="GatewayException"><see cref="ErrorKind.StorageUnavailable"/>: a file cannot be read or written.</exception>
    public static T Of<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new GatewayException(new GatewayError(ErrorKind.StorageUnavailable, "The gateway's disk does not give or take the reference images at the moment; nothing was sent.", RetryAfter: Wait), fault);
        }
    }
}
