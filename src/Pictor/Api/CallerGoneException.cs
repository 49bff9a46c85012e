namespace Pictor.Api;

/// <summary>Nobody reads the answer any more. The server says so to whoever writes, often before it cancels the call.</summary>
internal sealed class CallerGoneException(CancellationToken cancellationToken) : OperationCanceledException("Nobody reads the answer any more.", cancellationToken);
