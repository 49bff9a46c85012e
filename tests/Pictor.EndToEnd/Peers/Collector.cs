using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Pictor.EndToEnd.Peers;

/// <summary>An OpenTelemetry collector that takes OTLP over HTTP and keeps what comes.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Collector(WebApplication app) => _app = app;

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public ConcurrentQueue<Span> Spans { get; } = new();

    public ConcurrentDictionary<string, bool> Metrics { get; } = new(StringComparer.Ordinal);

    /// <summary>All bodies and headers as text, for whoever looks for what must not be there.</summary>
    public ConcurrentQueue<string> Texts { get; } = new();

    public static async Task<Collector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var collector = new Collector(builder.Build());
        collector._app.MapPost("/v1/traces", http => collector.TakeAsync(http, collector.TakeTraces));
        collector._app.MapPost("/v1/metrics", http => collector.TakeAsync(http, collector.TakeMetrics));
        await collector._app.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static byte[] Bytes(Protobuf.Field field) => field.Bytes.ToArray();

    private static Span SpanOf(Protobuf message) => new(
        Convert.ToHexStringLower(Bytes(message.First(1)!)),
        Convert.ToHexStringLower(Bytes(message.First(2)!)),
        message.First(4) is { Bytes.Length: > 0 } parent ? Convert.ToHexStringLower(Bytes(parent)) : null,
        message.Text(5),
        message.All(9).Select(field => field.Message).ToDictionary(pair => pair.Text(1), pair => ValueOf(pair.First(2)!.Message), StringComparer.Ordinal));

    private static string ValueOf(Protobuf value) =>
        value.First(1) is { } text ? Encoding.UTF8.GetString(text.Bytes.Span) : (value.First(2) ?? value.First(3))?.Number.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "";

    private async Task TakeAsync(HttpContext http, Action<Protobuf> take)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        Texts.Enqueue(Encoding.Latin1.GetString(body.ToArray()));
        take(new Protobuf(body.ToArray()));
        http.Response.ContentType = "application/x-protobuf";
    }

    // resource_spans.scope_spans.spans, as opentelemetry/proto/collector/trace/v1 has them.
    private void TakeTraces(Protobuf request)
    {
        foreach (var span in request.All(1).SelectMany(resource => resource.Message.All(2)).SelectMany(scope => scope.Message.All(2)))
        {
            Spans.Enqueue(SpanOf(span.Message));
        }
    }

    private void TakeMetrics(Protobuf request)
    {
        foreach (var metric in request.All(1).SelectMany(resource => resource.Message.All(2)).SelectMany(scope => scope.Message.All(2)))
        {
            Metrics[metric.Message.Text(1)] = true;
        }
    }
}

/// <summary>One span as it came.</summary>
internal sealed record Span(string Trace, string Id, string? Parent, string Name, IReadOnlyDictionary<string, string> Tags);
