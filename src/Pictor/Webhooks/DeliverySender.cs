using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Options;
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
internal sealed class DeliverySender(UpstreamClient client, DeliveryBody body, Sealed secrets, IOptions<WebhooksOptions> options, TimeProvider time)
{
    private const int LargestAnswer = 64 * 1024;

    /// <exception cref="OperationCanceledException">The gateway stops; the try counts as not made.</exception>
    public async Task<SentDelivery> SendAsync(Delivery delivery, CancellationToken stopping)
    {
        var started = time.GetUtcNow();
        var clock = time.GetTimestamp();
        var made = new DeliveryTry { DeliveryId = delivery.Id, Number = delivery.Tries + 1, StartedAt = started.ToUnixTimeMilliseconds() };
        var retryAfter = (TimeSpan?)null;
        var span = (Activity?)null;
        using var deadline = new CancellationTokenSource(options.Value.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        try
        {
            var notice = await body.OfAsync(delivery.JobId, either.Token) ?? throw new InvalidOperationException("The job is gone.");
            Trail.Follow(notice.RequestId, delivery.JobId);
            span = GatewayTracing.StartDelivery(delivery.Event, delivery.JobId, delivery.Id, notice.Trace);
            using var request = Request(delivery, notice, started.ToUnixTimeSeconds());
            using var response = await client.SendGuardedAsync(request, GuardedCall.Webhook, either.Token);
            made = made with { Status = (long)response.StatusCode };
            retryAfter = RetryAfter(response.Headers.RetryAfter, started);
            made = made with { Body = await ReadAsync(response, either.Token) };
        }
        catch (LinkFailedException fault)
        {
            made = made with { Error = fault.Message };
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            // With a status, only the rest of the answer is missing, and the status decides.
            made = made with { Error = fault is OperationCanceledException ? "The answer did not end in time." : made.Status is null ? "The request could not be sent." : "The answer broke off." };
        }

        span.End(made.Succeeded ? null : made.Status?.ToString(CultureInfo.InvariantCulture) ?? "no answer");
        span?.Dispose();
        return new SentDelivery(made with { Milliseconds = (long)time.GetElapsedTime(clock).TotalMilliseconds }, retryAfter);
    }

    private HttpRequestMessage Request(Delivery delivery, DeliveryNotice notice, long timestamp)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, delivery.Url) { Content = new ReadOnlyMemoryContent(notice.Json) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("x-request-id", notice.RequestId);
        request.Headers.TryAddWithoutValidation("webhook-id", delivery.Id);
        request.Headers.TryAddWithoutValidation("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        if (delivery.Secret is { } box)
        {
            request.Headers.TryAddWithoutValidation("webhook-signature", WebhookSignature.Sign(secrets.Open(box, delivery.Owner), delivery.Id, timestamp, notice.Json.Span));
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
}

/// <summary>A try that was made, and when the receiver wants the next one.</summary>
internal sealed record SentDelivery(DeliveryTry Made, TimeSpan? RetryAfter);
