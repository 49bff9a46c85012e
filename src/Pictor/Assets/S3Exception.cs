using System.Net;

namespace Pictor.Assets;

/// <summary>The S3 store did not do what it was asked; the message says why and holds no secret.</summary>
/// <param name="message">One sentence.</param>
/// <param name="inner">What happened on the way, if anything.</param>
/// <param name="status">What the store answered; null when it did not.</param>
/// <param name="code">The store's own word, like <c>AccessDenied</c>; empty when it gave none.</param>
internal sealed class S3Exception(string message, Exception? inner = null, HttpStatusCode? status = null, string code = "") : Exception(message, inner)
{
    // What S3 says of the bytes or the name that it was given, whatever it thinks of others (docs.aws.amazon.com, "Error responses", 2026-11).
    private static readonly string[] OfBytes = ["BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch", "IncompleteBody", "EntityTooLarge", "EntityTooSmall", "KeyTooLongError"];

    /// <summary>True when the store is well and has no such object.</summary>
    public bool IsMissing => status == HttpStatusCode.NotFound && code != "NoSuchBucket";

    /// <summary>True when it is this picture that the store does not take; nothing is said of others.</summary>
    public bool IsOfPicture => status == HttpStatusCode.RequestEntityTooLarge || (status == HttpStatusCode.BadRequest && OfBytes.Contains(code, StringComparer.Ordinal));
}
