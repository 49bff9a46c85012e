using Pictor.Errors;
using Pictor.Jobs;
using Pictor.Storage;

namespace Pictor.Api.Health;

/// <summary>Whether the process lives, and whether it should be sent work.</summary>
internal static class HealthEndpoint
{
    public static IResult Live() => Results.Text("""{"status":"ok"}""", "application/json");

    public static async Task<IResult> ReadyAsync(HttpContext http, JobDrain drain, Database database, DataFolder folder)
    {
        var reason = drain.IsStopping ? "stopping"
            : !folder.HasRoom() ? "disk_full"
            : !folder.TakesWrites() ? "read_only"
            : await OfDatabaseAsync(database, http.RequestAborted);
        return reason is null
            ? Results.Text("""{"status":"ready"}""", "application/json")
            : Results.Text($$"""{"status":"unavailable","reason":"{{reason}}"}""", "application/json", statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<string?> OfDatabaseAsync(Database database, CancellationToken cancellationToken)
    {
        try
        {
            return await database.ReadAsync(session => session.FirstOrDefaultAsync<long>($"SELECT {session.Dialect.TakesWrites}"), cancellationToken) == 1 ? null : "read_only";
        }
        catch (GatewayException)
        {
            return "database";
        }
    }
}
