using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Pictor.Telemetry;

/// <summary>Log lines as JSON: one object a line, flat, with the ids that lead from a line to its request, job and trace.</summary>
internal sealed class JsonLogFormatter(TimeProvider time) : ConsoleFormatter(FormatName)
{
    public const string FormatName = "pictor-json";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("time", time.GetUtcNow().UtcDateTime);
            json.WriteString("level", Level(logEntry.LogLevel));
            json.WriteString("category", logEntry.Category);
            json.WriteNumber("event", logEntry.EventId.Id);
            json.WriteString("message", logEntry.Formatter(logEntry.State, logEntry.Exception));
            // What the line itself is about goes before what is worked on around it.
            WriteId(json, "request", Told(logEntry.State, "RequestId") ?? Trail.Current?.RequestId);
            WriteId(json, "job", Told(logEntry.State, "JobId") ?? Trail.Current?.JobId);

            if (GatewayTracing.Current is not null && Activity.Current is { } span)
            {
                json.WriteString("trace", span.TraceId.ToHexString());
                json.WriteString("span", span.SpanId.ToHexString());
            }

            if (logEntry.Exception is { } fault)
            {
                json.WriteString("exception", fault.ToString());
            }

            json.WriteEndObject();
        }

        textWriter.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static string? Told<TState>(TState state, string name) =>
        state is IReadOnlyList<KeyValuePair<string, object?>> values && values.FirstOrDefault(value => value.Key == name).Value is string id ? id : null;

    private static void WriteId(Utf8JsonWriter json, string name, string? id)
    {
        if (id is not null)
        {
            json.WriteString(name, id);
        }
    }

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "error",
        _ => "critical",
    };
}
