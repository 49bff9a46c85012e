namespace Pictor.FakeUpstreams;

/// <summary>Telling a running fake from outside what <see cref="FakeUpstream.Faults"/> tells it from inside, and reading its record.</summary>
internal static class FakeControl
{
    public static void Map(IEndpointRouteBuilder routes, FakeUpstream fake)
    {
        routes.MapPost("/control/faults", (QueuedFault fault) =>
        {
            fake.Faults.Add(fault.Directives, fault.Next, fault.Dialect);
            return Results.NoContent();
        });
        routes.MapDelete("/control/faults", () =>
        {
            fake.Faults.Clear();
            return Results.NoContent();
        });
        routes.MapGet("/control/record", () => Results.Text(string.Concat(fake.Record.Calls.Select(call => FakeRecord.Line(call) + "\n")), "application/jsonl"));
    }

    private sealed record QueuedFault(string Directives, string? Dialect, int Next = 1);
}
