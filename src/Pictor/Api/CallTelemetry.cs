using System.Diagnostics;
using Pictor.Telemetry;

namespace Pictor.Api;

/// <summary>Counts and traces every call, and lets its id flow with the work that is done for it.</summary>
internal sealed class CallTelemetry(RequestDelegate next, GatewayMetrics metrics, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext http)
    {
        var started = time.GetTimestamp();
        Trail.Follow(http.RequestId(), jobId: null);
        using var span = GatewayTracing.StartCall(http.Request.Method, http.Request.Headers.TraceParent, http.Request.Headers.TraceState);
        metrics.CallBegan();
        try
        {
            await next(http);
        }
        finally
        {
            // As it is registered and never as it was sent: a path of a stranger is no label.
            var route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
            var status = StatusOf(http);
            metrics.CallEnded(OperationOf(http, route), http.Model(), status, time.GetElapsedTime(started));
            Describe(span, http, route, status);
        }
    }

    // Who hung up before the answer began was not served: nobody read a 200 that was never sent.
    private static int StatusOf(HttpContext http) =>
        http.RequestAborted.IsCancellationRequested && !http.Response.HasStarted ? StatusCodes.Status499ClientClosedRequest : http.Response.StatusCode;

    private static string OperationOf(HttpContext http, string? route) => route is null ? "other" : $"{MethodOf(http)} {route}";

    // A method can be any word.
    private static string MethodOf(HttpContext http) => http.Request.Method is "GET" or "HEAD" or "POST" or "PUT" or "PATCH" or "DELETE" or "OPTIONS" ? http.Request.Method : "OTHER";

    private static void Describe(Activity? span, HttpContext http, string? route, int status)
    {
        if (span is null)
        {
            return;
        }

        span.DisplayName = OperationOf(http, route);
        span.SetTag("http.request.method", MethodOf(http)).SetTag("http.route", route).SetTag("http.response.status_code", status).SetTag("pictor.request.id", http.RequestId());
        span.End(status >= 500 ? status.ToString(System.Globalization.CultureInfo.InvariantCulture) : null);
    }
}
