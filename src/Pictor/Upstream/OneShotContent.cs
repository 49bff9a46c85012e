using System.Net;

namespace Pictor.Upstream;

/// <summary>
/// A request body that can be written once: whatever would write it again (a redirect, a challenge, a retry inside a handler)
/// could pay twice, so the second writing throws. The platform repeats a request without content by itself when a connection
/// turns out to be closed (seen on .NET 10.0.12), so a POST without a body carries an empty one of these.
/// </summary>
internal sealed class OneShotContent : HttpContent
{
    private readonly HttpContent? _inner;
    private int _started;

    public OneShotContent(HttpContent? inner)
    {
        _inner = inner;
        if (inner is null)
        {
            return;
        }

        foreach (var header in inner.Headers.NonValidated)
        {
            if (!header.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                Headers.TryAddWithoutValidation(header.Key, header.Value);
            }
        }
    }

    /// <summary>True as soon as a byte of the request may have left.</summary>
    public bool Started => Volatile.Read(ref _started) != 0;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _started, 1) != 0)
        {
            throw new InvalidOperationException("The body of this request was written before and is not written again.");
        }

        return _inner is null ? Task.CompletedTask : _inner.CopyToAsync(stream, context, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        var known = _inner is null ? 0 : _inner.Headers.ContentLength;
        length = known ?? 0;
        return known.HasValue;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner?.Dispose();
        }

        base.Dispose(disposing);
    }
}
