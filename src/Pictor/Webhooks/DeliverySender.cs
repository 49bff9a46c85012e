using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Options;
using Pictor.Storage;
using Pictor.Upstream;

namespace Pictor.Webhooks;

/// <summary>What a receiver is told of a job: <c>{type, timestamp, data}</c>, with fresh links and no pixels. The wire form of a job is not this folder's to know.</summary>
/// <param name="write">Null when the job is gone.</param>
internal sealed class DeliveryBody(Func<string, CancellationToken, Task<ReadOnlyMemory<byte>?>> write)
{
    public Task<ReadOnlyMemory<byte>?> OfAsync(string jobId, CancellationToken cancellationToken) => write(jobId, cancellationToken);
}

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
        using var deadline = new CancellationTokenSource(options.Value.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        try
        {
            using var request = await RequestAsync(delivery, started.ToUnixTimeSeconds(), either.Token);
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

        return new SentDelivery(made with { Milliseconds = (long)time.GetElapsedTime(clock).TotalMilliseconds }, retryAfter);
    }

    private async Task<HttpRequestMessage> RequestAsync(Delivery delivery, long timestamp, CancellationToken cancellationToken)
    {
        var bytes = await body.OfAsync(delivery.JobId, cancellationToken) ?? throw new InvalidOperationException("The job is gone.");
        var request = new HttpRequestMessage(HttpMethod.Post, delivery.Url) { Content = new ReadOnlyMemoryContent(bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("webhook-id", delivery.Id);
        request.Headers.TryAddWithoutValidation("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        if (delivery.Secret is { } box)
        {
            request.Headers.TryAddWithoutValidation("webhook-signature", WebhookSignature.Sign(secrets.Open(box, delivery.Owner), delivery.Id, timestamp, bytes.Span));
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
