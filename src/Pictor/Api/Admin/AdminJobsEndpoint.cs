using Pictor.Errors;
using Pictor.Images;
using Pictor.Jobs;
using Pictor.Routing;

namespace Pictor.Api.Admin;

/// <summary><c>/admin/jobs</c>: any key's jobs with their attempts and money, without prompts or pictures.</summary>
internal static class AdminJobsEndpoint
{
    public static async Task<IResult> ListAsync(HttpContext http, JobStore jobs)
    {
        var paging = Paging.Of(http);
        var status = QueryFilters.Text(http, "status");
        if (status is not null && JobStates.NamesOf(status).Count == 0)
        {
            throw RequestRules.Invalid("status must be one of 'queued', 'running', 'succeeded', 'failed', 'cancelled'", "status");
        }

        var filter = new JobFilter(paging.Limit + 1, paging.After, status, QueryFilters.Text(http, "model"));
        var found = await jobs.ListAsync(QueryFilters.Text(http, "key"), filter, http.RequestAborted);
        return Results.Json(new AdminJobListWire([.. found.Take(paging.Limit).Select(job => AdminJobWire.Of(job, attempts: null))], found.Count > paging.Limit), AdminJobsWire.Default.AdminJobListWire);
    }

    public static async Task<IResult> GetAsync(HttpContext http, string id, JobStore jobs, AttemptStore attempts)
    {
        var job = (id.Length <= 64 ? await jobs.FindAsync(id, http.RequestAborted) : null) ?? throw new GatewayException(ErrorKind.NotFound, "No such job.", "id");
        return Results.Json(AdminJobWire.Of(job, await attempts.OfJobAsync(id, http.RequestAborted)), AdminJobsWire.Default.AdminJobWire);
    }
}
