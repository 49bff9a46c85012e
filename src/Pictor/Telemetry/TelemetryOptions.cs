using Microsoft.Extensions.Options;
using Pictor.Settings;

namespace Pictor.Telemetry;

/// <summary>How log lines look.</summary>
internal enum LogFormat
{
    /// <summary>For people at a terminal.</summary>
    Text,

    /// <summary>One JSON object a line, with the ids of request, job and trace.</summary>
    Json,
}

/// <summary>What the gateway tells of itself. Section <c>Pictor:Telemetry</c>.</summary>
internal sealed class TelemetryOptions
{
    public const string Section = "Pictor:Telemetry";

    /// <summary>Where the address of a collector usually stands.</summary>
    public const string UsualVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>How log lines look on the standard output.</summary>
    public LogFormat Logs { get; set; }

    /// <summary>An OpenTelemetry collector that takes OTLP over HTTP, like <c>http://collector:4318</c>; <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is read where this is not set. Without one nothing is traced.</summary>
    public string? Collector { get; set; }

    /// <summary>Headers for the collector, <c>name=value</c> with commas between; <c>file:PATH</c> reads them from a file.</summary>
    public string? CollectorHeaders { get; set; }

    /// <summary>The share of traces that start here and are kept, 0 to 1; one that a caller started is kept when the caller keeps it.</summary>
    public double TraceShare { get; set; } = 1;

    /// <summary>How often metrics are sent to the collector.</summary>
    public TimeSpan MetricsEvery { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The headers themselves; null where there are none.</summary>
    public string? Headers() => string.IsNullOrEmpty(CollectorHeaders) ? null : SecretText.Read(CollectorHeaders);
}

/// <summary>Finds mistakes in <see cref="TelemetryOptions"/> at start.</summary>
internal sealed class TelemetryOptionsValidator(IConfiguration configuration) : IValidateOptions<TelemetryOptions>
{
    public ValidateOptionsResult Validate(string? name, TelemetryOptions options)
    {
        var mistakes = new List<string>();
        var (setting, address) = string.IsNullOrEmpty(options.Collector) ? (TelemetryOptions.UsualVariable, configuration[TelemetryOptions.UsualVariable]) : ("Pictor:Telemetry:Collector", options.Collector);
        if (!string.IsNullOrEmpty(address) && !(Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
        {
            mistakes.Add($"{setting} must be an http or https address.");
        }

        if (HeaderMistake(options) is { } mistake)
        {
            mistakes.Add($"Pictor:Telemetry:CollectorHeaders {mistake}.");
        }

        if (options.TraceShare is not (>= 0 and <= 1))
        {
            mistakes.Add("Pictor:Telemetry:TraceShare must be between 0 and 1.");
        }

        if (options.MetricsEvery < TimeSpan.FromSeconds(1) || options.MetricsEvery > TimeSpan.FromDays(1))
        {
            mistakes.Add("Pictor:Telemetry:MetricsEvery must be 1 second to 1 day.");
        }

        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }

    private static string? HeaderMistake(TelemetryOptions options)
    {
        try
        {
            return options.Headers() is { } headers && !headers.Split(',').All(header => header.IndexOf('=', StringComparison.Ordinal) > 0) ? "must be name=value, with commas between" : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return "names a file that cannot be read";
        }
    }
}
