using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Pictor.Telemetry;

namespace Pictor.Upstream;

/// <summary>Sends traces and metrics to the operator's collector by OTLP. It is here because it opens connections; nothing of it is loaded without a collector.</summary>
internal sealed class CollectorExport(IOptions<TelemetryOptions> options, IOptions<UpstreamOptions> upstream, IConfiguration configuration, ILogger<CollectorExport> log) : IHostedService, IDisposable
{
    private const int LastMomentsMilliseconds = 3_000;
    private TracerProvider? _traces;
    private MeterProvider? _metrics;

    /// <summary>Where the collector is; null when there is none.</summary>
    public static string? AddressOf(IConfiguration configuration) =>
        configuration[TelemetryOptions.Section + ":Collector"] is { Length: > 0 } given ? given : configuration[TelemetryOptions.UsualVariable] is { Length: > 0 } usual ? usual : null;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var address = AddressOf(configuration)!.TrimEnd('/');

        // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have the last word, as everywhere.
        var resource = ResourceBuilder.CreateEmpty().AddService("pictor", serviceInstanceId: Environment.MachineName).AddTelemetrySdk().AddEnvironmentVariableDetector();
        _traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.Value.TraceShare)))
            .AddSource(GatewayTracing.Name)
            .AddOtlpExporter(otlp => Configure(otlp, address + "/v1/traces"))
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(GatewayMetrics.Name)
            .AddOtlpExporter((otlp, reader) =>
            {
                Configure(otlp, address + "/v1/metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)options.Value.MetricsEvery.TotalMilliseconds;
            })
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _traces?.ForceFlush(LastMomentsMilliseconds);
        _metrics?.ForceFlush(LastMomentsMilliseconds);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
    }

    private void Configure(OtlpExporterOptions otlp, string address)
    {
        otlp.Protocol = OtlpExportProtocol.HttpProtobuf;
        otlp.Endpoint = new Uri(address);
        otlp.HttpClientFactory = () => new HttpClient(new CollectorWatch(UpstreamHandlers.Channel(upstream.Value), log)) { Timeout = TimeSpan.FromSeconds(10) };
        if (options.Value.Headers() is { } headers)
        {
            otlp.Headers = headers;
        }
    }
}
