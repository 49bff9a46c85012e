using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Pictor.Telemetry;

namespace Pictor.Tests.Telemetry;

public sealed class JsonLogFormatterTests
{
    [Fact]
    public void A_line_about_a_job_has_its_id_whatever_is_worked_on_around_it()
    {
        Trail.Follow("req_around", "gen_around");
        Line(("DeliveryId", "msg_1"), ("JobId", "gen_told")).ShouldBe(("req_around", "gen_told"));
        Line(("JobId", "gen_told"), ("RequestId", "req_told")).ShouldBe(("req_told", "gen_told"));
        Line().ShouldBe(("req_around", "gen_around"));
    }

    private static (string Request, string Job) Line(params (string Name, object? Value)[] told)
    {
        var state = told.Select(value => KeyValuePair.Create(value.Name, value.Value)).ToList();
        var written = new StringWriter();
        var entry = new LogEntry<IReadOnlyList<KeyValuePair<string, object?>>>(LogLevel.Warning, "test", 1, state, null, (_, _) => "A line.");
        new JsonLogFormatter(TimeProvider.System).Write(entry, null, written);
        var line = JsonDocument.Parse(written.ToString()).RootElement;
        return (line.Text("request"), line.Text("job"));
    }
}
