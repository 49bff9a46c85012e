using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Options;
using Pictor.Errors;
using Pictor.Storage;
using Pictor.Telemetry;
using Pictor.Upstream;

namespace Pictor.Webhooks;

/// <summary>What a receiver is told of a job: <c>{type, timestamp, data}</c>, with fresh links and no pixels. The wire form of a job is not this folder's to know.</summary>
/// <param name="write">Null when the job is gone.</param>
internal sealed class DeliveryBody(Func<string, CancellationToken, Task<DeliveryNotice?>> write)
{
    public Task<DeliveryNotice?> OfAsync(string jobId, CancellationToken cancellationToken) => write(jobId, cancellationToken);
}

/// <summary>A body, and where it comes from.</summary>
/// <param name="Json">What is signed and posted.</param>
/// <param name="RequestId">Of the call that made the job.</param>
/// <param name="Trace">The span of that call, or null.</param>
internal sealed record DeliveryNotice(ReadOnlyMemory<byte> Json, string RequestId, string? Trace);

/// <summary>Makes one try of a delivery: signs it with the time of now and posts it through the guarded way out.</summary>
internal sealed partial class DeliverySender(UpstreamClient client, DeliveryBody body, Sealed secrets, IOptions<WebhooksOptions> options, TimeProvider time, ILogger<DeliverySender> log)
{
    private const int LargestAnswer = 64 * 1024;

    /// <exception cref="OperationCanceledException">The gateway stops; the try counts as not made.</exception>
    /// <exception cref="GatewayException"><see cref="ErrorKind.StorageUnavailable"/>: what is to be told could not be read; the try was not made, and the receiver has no part in it.</exception>
    public async Task<SentDelivery> SendAsync(Delivery delivery, CancellationToken stopping)
    {
        var made = new DeliveryTry { DeliveryId = delivery.Id, Number = delivery.Tries + 1, StartedAt = time.GetUtcNow().ToUnixTimeMilliseconds() };
        DeliveryNotice notice;
        string? secret;
        try
        {
            notice = await body.OfAsync(delivery.JobId, stopping) ?? throw new InvalidOperationException($"The job {delivery.JobId} is gone.");
            secret = delivery.Secret is { } box ? secrets.Open(box, delivery.Owner) : null;
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or GatewayException { Error.Kind: ErrorKind.StorageUnavailable }))
        {
            // Only somebody who looks into it can mend that: it is told, and tried again by the schedule.
            Log.NotMade(log, fault, delivery.Id, delivery.JobId);
            return new SentDelivery(made with { Error = "The gateway could not make the event." }, RetryAfter: null);
        }

        Trail.Follow(notice.RequestId, delivery.JobId);
        using var span = GatewayTracing.StartDelivery(delivery.Event, delivery.JobId, delivery.Id, notice.Trace);
        var sent = await PostAsync(delivery, notice, secret, made, stopping);
        span.End(sent.Made.Succeeded ? null : sent.Made.Status?.ToString(CultureInfo.InvariantCulture) ?? "no answer");
        return sent;
    }

    private async Task<SentDelivery> PostAsync(Delivery delivery, DeliveryNotice notice, string? secret, DeliveryTry made, CancellationToken stopping)
    {
        var started = time.GetUtcNow();
        var clock = time.GetTimestamp();
        made = made with { StartedAt = started.ToUnixTimeMilliseconds() };
        var retryAfter = (TimeSpan?)null;
        using var deadline = new CancellationTokenSource(options.Value.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        try
        {
            using var request = Request(delivery, notice, secret, started.ToUnixTimeSeconds());
            using var response = await client.SendGuardedAsync(request, GuardedCall.Webhook, either.Token);
            made = made with { Status = (long)response.StatusCode };
            retryAfter = RetryAfter(response.Headers.RetryAfter, started);
            made = made with { Body = await ReadAsync(response, either.Token) };
        }
        catch (LinkFailedException fault)
        {
            made = made with { Error = fault.Message };
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            made = made with { Error = "The answer did not end in time." };
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException or InvalidDataException && made.Status is not null)
        {
            // Only the rest of the answer is missing, and the status decides.
            made = made with { Error = "The answer broke off." };
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Log.NotSent(log, fault, delivery.Id, delivery.JobId);
            made = made with { Error = "The request could not be sent." };
        }

        return new SentDelivery(made with { Milliseconds = (long)time.GetElapsedTime(clock).TotalMilliseconds }, retryAfter, notice.RequestId);
    }

    private static HttpRequestMessage Request(Delivery delivery, DeliveryNotice notice, string? secret, long timestamp)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, delivery.Url) { Content = new ReadOnlyMemoryContent(notice.Json) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("x-request-id", notice.RequestId);
        request.Headers.TryAddWithoutValidation("webhook-id", delivery.Id);
        request.Headers.TryAddWithoutValidation("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        if (secret is not null)
        {
            request.Headers.TryAddWithoutValidation("webhook-signature", WebhookSignature.Sign(secret, delivery.Id, timestamp, notice.Json.Span));
        }

        return request;
    }

    private static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var start = await BodyLimits.ReadStartAsync(response.Content, LargestAnswer, cancellationToken);
        return Encoding.UTF8.GetString(start.Bytes.Span).Replace('\0', '\uFFFD');
    }

    private static TimeSpan? RetryAfter(RetryConditionHeaderValue? asked, DateTimeOffset now) => asked switch
    {
        { Delta: { } wait } => wait,
        { Date: { } at } => at - now,
        _ => null,
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "What delivery {DeliveryId} of job {JobId} is to tell could not be made.")]
        public static partial void NotMade(ILogger logger, Exception fault, string deliveryId, string jobId);

        [LoggerMessage(2, LogLevel.Error, "Delivery {DeliveryId} of job {JobId} could not be sent, and not for the receiver's sake.")]
        public static partial void NotSent(ILogger logger, Exception fault, string deliveryId, string jobId);
    }
}

/// <summary>A try that was made, and when the receiver wants the next one.</summary>
internal sealed record SentDelivery(DeliveryTry Made, TimeSpan? RetryAfter, string? RequestId = null);
