using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;
using Pictor.Errors;
using Pictor.Telemetry;

namespace Pictor.Upstream;

/// <summary>The only place that sends: to channels as the operator wrote them, to strangers' addresses through the guard.</summary>
internal sealed partial class UpstreamClient : IDisposable
{
    // What is buffered whole is small; everything else is read through BodyLimits.
    private const int LargestBuffered = 1024 * 1024;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);
    private readonly AddressGuard _guard;
    private readonly UpstreamOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<UpstreamClient> _logger;
    private readonly HttpClient _channels;
    private readonly HttpMessageInvoker _usualPorts;
    private readonly HttpMessageInvoker _anyPort;

    public UpstreamClient(AddressGuard guard, IOptions<UpstreamOptions> options, TimeProvider time, ILogger<UpstreamClient> logger)
    {
        (_guard, _options, _time, _logger) = (guard, options.Value, time, logger);
        _channels = new HttpClient(UpstreamHandlers.Channel(_options))
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = LargestBuffered,
        };
        _usualPorts = new HttpMessageInvoker(UpstreamHandlers.Guarded(guard, GuardedPorts.Usual, _options));
        _anyPort = new HttpMessageInvoker(UpstreamHandlers.Guarded(guard, GuardedPorts.Any, _options));
    }

    /// <summary>
    /// Sends to a channel's own origin, once: no redirect, no cookie, no second writing of the body. What it throws is read
    /// with <see cref="UpstreamFailure.Of"/>; the answer's body is read with <see cref="BodyLimits"/>.
    /// </summary>
    /// <param name="request">Its content is wrapped so that it can be written once.</param>
    /// <param name="completion">ResponseContentRead only for small answers: it takes at most 1 MiB.</param>
    /// <param name="cancellationToken">The caller's deadline; the answer has to begin within <see cref="UpstreamOptions.CallTimeout"/> all the same.</param>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        if (request.Content is not null || (request.Method != HttpMethod.Get && request.Method != HttpMethod.Head))
        {
            request.Content = new OneShotContent(request.Content);
        }

        // UpstreamFailure knows what was sent by the order in which HTTP/1.1 writes.
        (request.Version, request.VersionPolicy) = (HttpVersion.Version11, HttpVersionPolicy.RequestVersionExact);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        if (Trail.Current is { } trail)
        {
            request.Headers.TryAddWithoutValidation("x-request-id", trail.RequestId);
        }

        using var span = GatewayTracing.StartSend(request);
        using var deadline = new CancellationTokenSource(_options.CallTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var response = await _channels.SendAsync(request, completion, either.Token);
            Told(span, response);
            return response;
        }
        catch (OperationCanceledException exception) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            span.End("timeout");
            throw new TimeoutException("The channel did not begin to answer in time.", exception);
        }
        catch (Exception exception)
        {
            span.End(exception.GetType().Name);
            throw;
        }
    }

    /// <summary>
    /// Sends to an address that a stranger chose. The answer is given when its headers are there; its body is read with
    /// <see cref="BodyLimits"/>, under the caller's deadline. Only headers that carry no credential may be set.
    /// </summary>
    /// <exception cref="LinkFailedException">Refused, filtered, unreachable, or redirected too often: all the same to the caller.</exception>
    public async Task<HttpResponseMessage> SendGuardedAsync(HttpRequestMessage request, GuardedCall call, CancellationToken cancellationToken)
    {
        GuardedHeaders.Check(request, call);
        for (var redirects = 0; ; redirects++)
        {
            var response = await SendOneAsync(request, call.Ports, cancellationToken);
            if (call.Redirects == 0 || !IsRedirect(response.StatusCode))
            {
                return response;
            }

            using (response)
            {
                var location = response.Headers.NonValidated.TryGetValues("Location", out var values) ? values.ToString() : null;
                if (redirects == call.Redirects || !_guard.TryFollow(request.RequestUri!, location, call.Ports, out var next))
                {
                    await HoldAsync(_time.GetTimestamp(), cancellationToken);
                    throw new LinkFailedException(redirects == call.Redirects ? "too many redirects" : "the redirect is not allowed");
                }

                request = GuardedHeaders.CopyFor(next, request);
            }
        }
    }

    /// <summary>Fetches a stranger's picture into a new file; the file exists whole or not at all.</summary>
    /// <exception cref="GatewayException">Carries <see cref="FetchLimits.Failure"/>, whatever went wrong.</exception>
    public async Task<FetchedPicture> FetchPictureAsync(string link, string destinationFile, FetchLimits limits, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                return await FetchOnceAsync(link, destinationFile, limits, cancellationToken);
            }
            catch (GatewayException fault) when (fault.InnerException is not LinkFailedException { MayPass: false } && _time.GetElapsedTime(started) + pause < limits.Patience)
            {
                await Task.Delay(pause, _time, cancellationToken);
            }
        }
    }

    public void Dispose()
    {
        _channels.Dispose();
        _usualPorts.Dispose();
        _anyPort.Dispose();
    }

    private async Task<FetchedPicture> FetchOnceAsync(string link, string destinationFile, FetchLimits limits, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(limits.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, await ReadLinkAsync(link, either.Token));
            request.Headers.TryAddWithoutValidation("Accept", "image/*");
            using var response = await SendGuardedAsync(request, GuardedCall.Picture, either.Token);
            return new(destinationFile, await new PictureDownload(limits, _time).SaveAsync(response, destinationFile, either.Token));
        }
        catch (Exception exception) when (exception is LinkFailedException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var reason = (exception as LinkFailedException)?.Reason ?? "not in time";
            Log.FetchFailed(_logger, reason);
            throw new GatewayException(limits.Failure, exception);
        }
    }

    private static void Told(Activity? span, HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        span?.SetTag("http.response.status_code", status);
        span.End(status >= 400 ? status.ToString(CultureInfo.InvariantCulture) : null);
    }

    private static bool IsRedirect(HttpStatusCode status) => (int)status is 301 or 302 or 303 or 307 or 308;

    private async Task<Uri> ReadLinkAsync(string link, CancellationToken cancellationToken)
    {
        if (_guard.TryRead(link, GuardedPorts.Usual, out var uri))
        {
            return uri;
        }

        await HoldAsync(_time.GetTimestamp(), cancellationToken);
        throw new LinkFailedException("the link is not allowed");
    }

    private async Task<HttpResponseMessage> SendOneAsync(HttpRequestMessage request, GuardedPorts ports, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        using var span = GatewayTracing.StartSend(request);
        try
        {
            if (!_guard.TryRead(request.RequestUri?.OriginalString, ports, out _))
            {
                throw new LinkFailedException("the link is not allowed");
            }

            (request.Version, request.VersionPolicy) = (HttpVersion.Version11, HttpVersionPolicy.RequestVersionExact);
            var response = await (ports == GuardedPorts.Any ? _anyPort : _usualPorts).SendAsync(request, cancellationToken);
            Told(span, response);
            return response;
        }
        catch (Exception exception)
        {
            span.End(exception.GetType().Name);
            cancellationToken.ThrowIfCancellationRequested();
            await HoldAsync(started, cancellationToken);
            var reason = exception as LinkFailedException ?? exception.InnerException as LinkFailedException;
            throw new LinkFailedException(reason?.Reason ?? "no answer", exception) { MayPass = reason?.MayPass ?? true };
        }
    }

    // An address that is refused at once and one that answers with a reset must not be told apart by the clock.
    private async Task HoldAsync(long started, CancellationToken cancellationToken)
    {
        var left = _options.RefusalTime - _time.GetElapsedTime(started);
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, _time, cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "A linked picture was not fetched: {Reason}")]
        public static partial void FetchFailed(ILogger logger, string reason);
    }
}
