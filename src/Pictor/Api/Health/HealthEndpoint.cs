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
            : !await AnswersAsync(database, http.RequestAborted) ? "database"
            : null;
        return reason is null
            ? Results.Text("""{"status":"ready"}""", "application/json")
            : Results.Text($$"""{"status":"unavailable","reason":"{{reason}}"}""", "application/json", statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<bool> AnswersAsync(Database database, CancellationToken cancellationToken)
    {
        try
        {
            return await database.ReadAsync(session => session.FirstOrDefaultAsync<long>("SELECT 1"), cancellationToken) == 1;
        }
        catch (GatewayException)
        {
            return false;
        }
    }
}
