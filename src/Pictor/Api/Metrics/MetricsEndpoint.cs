using System.Net;
using Pictor.Errors;
using Pictor.Keys;
using Pictor.Telemetry;

namespace Pictor.Api.Metrics;

/// <summary><c>GET /metrics</c>: for Prometheus. No key on this machine, an admin key from elsewhere.</summary>
internal static class MetricsEndpoint
{
    public static async Task<IResult> GetAsync(HttpContext http, MetricsPage page, KeyStore keys)
    {
        if (!IsLocal(http) && !(await ApiKeyAuthentication.FindAsync(http, keys)).IsAdmin)
        {
            throw new GatewayException(ErrorKind.AdminKeyRequired, "This route needs an admin key.");
        }

        http.Response.Headers.CacheControl = "no-store";
        return Results.Text(page.Write(), "text/plain; version=0.0.4; charset=utf-8");
    }

    // A proxy on this machine speaks for somebody else.
    private static bool IsLocal(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } address
        && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)
        && http.Request.Headers is { } headers
        && !headers.ContainsKey("X-Forwarded-For") && !headers.ContainsKey("Forwarded") && !headers.ContainsKey("X-Real-IP") && !headers.ContainsKey("Via");
}
