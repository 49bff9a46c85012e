using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Pictor.Api;

/// <summary>The pipeline in front of the routes, and the limits of the server below it.</summary>
internal static class ApiSetup
{
    private static readonly string[] Exposed =
    [
        ApiCall.RequestIdHeader, "Retry-After", "retry-after-ms", "x-should-retry", "Location", "Preference-Applied", "Idempotent-Replayed",
        "x-pictor-channel", "x-pictor-attempts", "x-pictor-job", "x-pictor-cost",
        "openai-processing-ms",
        "x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests",
        "x-ratelimit-limit-images", "x-ratelimit-remaining-images", "x-ratelimit-reset-images",
    ];

    public static void UseApi(this WebApplication app)
    {
        app.UseMiddleware<RequestIds>();
        app.UseMiddleware<CallTelemetry>();
        app.UseMiddleware<ProcessingTime>();
        app.UseMiddleware<ErrorWriter>();
        UseForwardedHeaders(app);
        app.UseMiddleware<DoubledPrefix>();
        app.UseSwaggerUI(page =>
        {
            page.RoutePrefix = "docs";
            page.DocumentTitle = "Pictor";
            page.SwaggerEndpoint("../openapi/v1.json", "Pictor");
        });
        app.UseRouting();
        app.UseWhen(
            http => http.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal) || http.Request.Path.StartsWithSegments("/dashboard", StringComparison.Ordinal),
            branch => branch.UseCors(policy => policy
                .AllowAnyOrigin()
                .AllowAnyHeader()
                .AllowAnyMethod()
                .WithExposedHeaders(Exposed)
                .SetPreflightMaxAge(TimeSpan.FromHours(1))));
    }

    /// <summary>Bounds what a stranger can make the server hold.</summary>
    public static void Limit(KestrelServerOptions server, ApiOptions options)
    {
        server.AddServerHeader = false;

        // More than the body limit: our own error, which names the limit, is sent first, and what the client is still sending
        // is thrown away for some seconds, since a connection that is closed in the middle of a body takes the answer with it.
        // A number that the validator is about to refuse is not the server's to refuse.
        server.Limits.MaxRequestBodySize = Math.Max(0, options.MaxBodyBytes) * 8;
        server.Limits.MaxConcurrentConnections = Math.Max(1, options.MaxConnections);
        server.Limits.MaxRequestHeaderCount = 100;
        server.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
        server.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        server.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);
        server.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(10));
        server.Limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(30));
    }

    private static void UseForwardedHeaders(WebApplication app)
    {
        var proxies = app.Services.GetRequiredService<IOptions<ApiOptions>>().Value.TrustedProxies;
        if (proxies.Count == 0)
        {
            return;
        }

        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedHost | ForwardedHeaders.XForwardedProto,
        };
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        foreach (var proxy in proxies.Values)
        {
            if (IPAddress.TryParse(proxy, out var address))
            {
                options.KnownProxies.Add(address);
            }
            else
            {
                options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
            }
        }

        app.UseForwardedHeaders(options);
    }
}
