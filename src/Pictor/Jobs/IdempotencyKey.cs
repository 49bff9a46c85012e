namespace Pictor.Jobs;

/// <summary>What a call is recognised by when it comes again.</summary>
/// <param name="Name">The caller's own key, or what an SDK's retries have in common.</param>
/// <param name="Fingerprint">SHA-256 over the door, the parsed fields and the bytes of the pictures: multipart boundaries differ, what was asked for does not.</param>
/// <param name="IsCallers">The caller sent an <c>Idempotency-Key</c>; otherwise only an SDK's retry joins an earlier call.</param>
/// <param name="IsRetry">The SDK says that it has sent this call before.</param>
internal sealed record IdempotencyKey(string Name, string Fingerprint, bool IsCallers, bool IsRetry);
