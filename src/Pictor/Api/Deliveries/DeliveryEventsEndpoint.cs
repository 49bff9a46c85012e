using System.Text;
using Pictor.Images;
using Pictor.Jobs;
using Pictor.Webhooks;

namespace Pictor.Api.Deliveries;

/// <summary>
/// The end of each job as server-sent events, for a listener without an address of its own: the event's data is the body that
/// a webhook gets, its id is the job's. It begins now, or behind the job that <c>Last-Event-ID</c> names.
/// </summary>
internal static class DeliveryEventsEndpoint
{
    private const string LastEventId = "Last-Event-ID";
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    public static Task OwnAsync(HttpContext http, DeliverySignals signals, DeliveryBody body, JobStore jobs, TimeProvider time, IHostApplicationLifetime application) =>
        StreamAsync(http, http.Key().Id, signals, body, jobs, time, application);

    public static Task AllAsync(HttpContext http, DeliverySignals signals, DeliveryBody body, JobStore jobs, TimeProvider time, IHostApplicationLifetime application) =>
        StreamAsync(http, keyId: null, signals, body, jobs, time, application);

    private static async Task StreamAsync(HttpContext http, string? keyId, DeliverySignals signals, DeliveryBody body, JobStore jobs, TimeProvider time, IHostApplicationLifetime application)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, application.ApplicationStopping);
        using var listener = signals.Listen(keyId);
        var ended = new EndedJobs(jobs, listener, keyId, time);
        try
        {
            await ended.BeginAsync(await LastAsync(http, keyId, jobs), either.Token);
            http.Response.ContentType = "text/event-stream";
            http.Response.Headers.CacheControl = "no-store";
            http.Response.Headers["X-Accel-Buffering"] = "no";

            // The listener is in its place before the caller knows of it.
            await WriteAsync(http, ": listening\n\n"u8.ToArray(), either.Token);
            var written = time.GetTimestamp();
            while (true)
            {
                await foreach (var jobId in ended.NextAsync(either.Token))
                {
                    if (await body.OfAsync(jobId, either.Token) is { } told)
                    {
                        await WriteAsync(http, [.. Encoding.ASCII.GetBytes($"id: {jobId}\nevent: delivery\ndata: "), .. told.Json.Span, .. "\n\n"u8], either.Token);
                        written = time.GetTimestamp();
                    }
                }

                if (time.GetElapsedTime(written) >= Heartbeat)
                {
                    await WriteAsync(http, ":\n\n"u8.ToArray(), either.Token);
                    written = time.GetTimestamp();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The caller is gone, or the gateway stops.
        }
    }

    private static async Task<Job?> LastAsync(HttpContext http, string? keyId, JobStore jobs)
    {
        if (http.Request.Headers[LastEventId].ToString() is not { Length: > 0 } id)
        {
            return null;
        }

        var job = id.Length > 64 ? null : await (keyId is null ? jobs.FindAsync(id, http.RequestAborted) : jobs.FindAsync(id, keyId, http.RequestAborted));
        return job is { EndedAt: not null } ? job : throw RequestRules.Invalid($"{LastEventId} must be the id of an event of this stream", LastEventId);
    }

    private static async Task WriteAsync(HttpContext http, byte[] bytes, CancellationToken cancellationToken)
    {
        await http.Response.Body.WriteAsync(bytes, cancellationToken);
        await http.Response.Body.FlushAsync(cancellationToken);
    }
}
