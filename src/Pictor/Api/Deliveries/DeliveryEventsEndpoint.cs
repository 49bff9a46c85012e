using System.Text;
using Pictor.Webhooks;

namespace Pictor.Api.Deliveries;

/// <summary>
/// The end of each job as server-sent events, for a listener without an address of its own: the event's data is the body that
/// a webhook gets. It begins now; what ended before is in the list of jobs.
/// </summary>
internal static class DeliveryEventsEndpoint
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    public static Task Own(HttpContext http, DeliverySignals signals, DeliveryBody body, TimeProvider time, IHostApplicationLifetime application) =>
        StreamAsync(http, http.Key().Id, signals, body, time, application);

    public static Task All(HttpContext http, DeliverySignals signals, DeliveryBody body, TimeProvider time, IHostApplicationLifetime application) =>
        StreamAsync(http, keyId: null, signals, body, time, application);

    private static async Task StreamAsync(HttpContext http, string? keyId, DeliverySignals signals, DeliveryBody body, TimeProvider time, IHostApplicationLifetime application)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, application.ApplicationStopping);
        using var listener = signals.Listen(keyId);
        try
        {
            // The listener is in its place before the caller knows of it.
            await WriteAsync(http, ": listening\n\n"u8.ToArray(), either.Token);
            while (true)
            {
                if (!await IsNewsAsync(listener, time, either.Token))
                {
                    await WriteAsync(http, ":\n\n"u8.ToArray(), either.Token);
                }

                while (listener.JobIds.TryRead(out var jobId))
                {
                    if (await body.OfAsync(jobId, either.Token) is { } told)
                    {
                        await WriteAsync(http, [.. Encoding.ASCII.GetBytes($"id: {jobId}\nevent: delivery\ndata: "), .. told.Span, .. "\n\n"u8], either.Token);
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The caller is gone, or the gateway stops.
        }
    }

    private static async Task<bool> IsNewsAsync(DeliveryListener listener, TimeProvider time, CancellationToken cancellationToken)
    {
        using var pause = new CancellationTokenSource(Heartbeat, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(pause.Token, cancellationToken);
        try
        {
            return await listener.JobIds.WaitToReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static async Task WriteAsync(HttpContext http, byte[] bytes, CancellationToken cancellationToken)
    {
        await http.Response.Body.WriteAsync(bytes, cancellationToken);
        await http.Response.Body.FlushAsync(cancellationToken);
    }
}
