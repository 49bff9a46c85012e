using System.IO.Pipelines;
using Microsoft.Extensions.Options;
using Pictor.Errors;
using Pictor.Upstream;
using Pictor.Upstream.Splitting;

namespace Pictor.Providers;

/// <summary>One question to a vendor and its answer, read whole: the I/O that the submit-and-poll vendors have in common.</summary>
internal sealed partial class UpstreamExchange(UpstreamClient client, IOptions<UpstreamOptions> options, TimeProvider time, ILogger<UpstreamExchange> log)
{
    private const int LargestAnswer = 64 * 1024 * 1024;
    private const int LargestText = 8 * 1024 * 1024;
    private const int LargestError = 64 * 1024;
    private const int CancelLooks = 6;
    private static readonly TimeSpan LookTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CancelPause = TimeSpan.FromSeconds(0.5);

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Sends a request once, to the channel's own origin: what costs money, and what belongs to it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="folder">For pictures that are written into the answer.</param>
    /// <param name="cancellationToken">Ends the waiting; what became of the request is unknown then.</param>
    /// <returns>The answer, or what is known when there is none.</returns>
    public async Task<(UpstreamAnswer? Answer, GatewayError? Error)> SubmitAsync(HttpRequestMessage request, string folder, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.Value.CallTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        HttpResponseMessage response;
        try
        {
            response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
        }
        catch (Exception fault)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return (null, UpstreamFailure.Of(fault, request).ToError());
        }

        using (response)
        {
            try
            {
                return (await ReadAsync(response, folder, either.Token), null);
            }
            catch (Exception) when (!response.IsSuccessStatusCode)
            {
                cancellationToken.ThrowIfCancellationRequested();
                return (new UpstreamAnswer((int)response.StatusCode, response.Headers, default), null);
            }
            catch (Exception fault) when (fault is BodyTooLongException or InvalidDataException or GatewayException)
            {
                return (null, new GatewayError(ErrorKind.UpstreamUnreadable, "The upstream answered with something that cannot be read."));
            }
            catch (Exception fault)
            {
                cancellationToken.ThrowIfCancellationRequested();
                return (null, UpstreamFailure.Of(fault, request).ToError());
            }
        }
    }

    /// <summary>Asks about a call that was accepted; costs nothing and may fail.</summary>
    /// <param name="method">GET to look, another to cancel.</param>
    /// <param name="address">Where.</param>
    /// <param name="folder">For pictures that are written into the answer; null where there can be none.</param>
    /// <param name="credential">A header for an address that may see it; null goes through the guard.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <returns>Null when no answer came: that says nothing about the call.</returns>
    public async Task<UpstreamAnswer?> LookAsync(HttpMethod method, Uri address, string? folder, KeyValuePair<string, string>? credential, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(LookTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(method, address);
            request.Headers.TryAddWithoutValidation("Accept", "application/json");
            if (credential is { } header)
            {
                request.Headers.TryAddWithoutValidation(header.Key, header.Value);
            }

            using var response = credential is null
                ? await client.SendGuardedAsync(request, GuardedCall.Poll, either.Token)
                : await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return await ReadAsync(response, folder, either.Token);
        }
        catch (Exception fault)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Log.NoAnswer(log, Redaction.Link(address), fault.GetType().Name);
            return null;
        }
    }

    /// <summary>
    /// Looks whether a call has ended without a result, a few times in the seconds that somebody waits for a cancel: vendors take the wish
    /// and act on it a little later.
    /// </summary>
    /// <param name="look">True when it has, false when it has ended otherwise, null while it has not ended.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public async Task<bool> EndsWithoutResultAsync(Func<Task<bool?>> look, CancellationToken cancellationToken)
    {
        for (var looks = 1; ; looks++)
        {
            if (await look() is { } isCancelled)
            {
                return isCancelled;
            }

            if (looks == CancelLooks)
            {
                return false;
            }

            await Task.Delay(CancelPause, time, cancellationToken);
        }
    }

    /// <summary>Asks something that costs nothing, to see whether address and credential work.</summary>
    /// <param name="address">On the channel's own origin.</param>
    /// <param name="credential">The header that is tried.</param>
    /// <param name="isFine">An answer other than 2xx that shows the credential to work.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <returns>Null when they do.</returns>
    public async Task<GatewayError?> TestAsync(Uri address, KeyValuePair<string, string> credential, Func<UpstreamAnswer, bool> isFine, CancellationToken cancellationToken)
    {
        using var answer = await LookAsync(HttpMethod.Get, address, folder: null, credential, cancellationToken);
        return answer switch
        {
            null => new GatewayError(ErrorKind.UpstreamUnreachable, "The upstream could not be reached."),
            { IsSuccess: true } => null,
            _ when isFine(answer) => null,
            _ => SubmitErrors.OfTest(answer, time.GetUtcNow()),
        };
    }

    private static async Task<UpstreamAnswer> ReadAsync(HttpResponseMessage response, string? folder, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode || folder is null)
        {
            using var start = await BodyLimits.ReadStartAsync(response.Content, LargestError, cancellationToken);
            return new UpstreamAnswer((int)response.StatusCode, response.Headers, start.Bytes.ToArray());
        }

        var options = new BodySplitLimits { Folder = folder, Pictures = UpstreamAnswer.PictureFields, MaxBodyBytes = LargestAnswer, MaxPictureBytes = LargestAnswer, MaxTextBytes = LargestText, MaxJsonBytes = 2 * LargestText };
        await using var stream = await BodyLimits.OpenAsync(response.Content, LargestAnswer, cancellationToken);
        var body = PipeReader.Create(stream);
        try
        {
            var split = await JsonBodySplitter.ReadAsync(body, options, cancellationToken);
            return new UpstreamAnswer((int)response.StatusCode, response.Headers, split.Json, split);
        }
        finally
        {
            await body.CompleteAsync();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "A look at a running call got no answer from {Address} ({Fault}); it is asked again.")]
        public static partial void NoAnswer(ILogger logger, string address, string fault);
    }
}
