using System.Globalization;
using Pictor.Api.Images;
using Pictor.Errors;
using Pictor.Images;
using Pictor.Jobs;

namespace Pictor.Api.Jobs;

/// <summary>A key's own jobs: one, all, and the end of one before its time.</summary>
internal static class JobsEndpoint
{
    private const int LongestWait = 300;

    public static async Task GetAsync(HttpContext http, string id, JobStore jobs, JobWaiter waiter, ImagesResponseWire wire)
    {
        var job = await FindAsync(http, id, jobs);
        if (Wait(http) is { } wait)
        {
            job = await waiter.WaitAsync(job, wait, http.RequestAborted);
        }

        JobAnswer.Tell(http, job);
        await wire.WriteAsync(http, job, StatusCodes.Status200OK, UsageShape.Images, default);
    }

    public static async Task ListAsync(HttpContext http, JobStore jobs, ImagesResponseWire wire)
    {
        var paging = Paging.Of(http);
        var status = QueryFilters.Text(http, "status");
        if (status is not null && JobStates.NamesOf(status).Count == 0)
        {
            throw RequestRules.Invalid("status must be one of 'queued', 'running', 'succeeded', 'failed', 'cancelled'", "status");
        }

        var found = await jobs.ListAsync(http.Key().Id, new JobFilter(paging.Limit + 1, paging.After, status, QueryFilters.Text(http, "model")), http.RequestAborted);
        await wire.WriteListAsync(http, [.. found.Take(paging.Limit)], found.Count > paging.Limit);
    }

    public static async Task CancelAsync(HttpContext http, string id, JobStore jobs, JobRunner runner, ImagesResponseWire wire)
    {
        var job = await runner.CancelAsync(await FindAsync(http, id, jobs), http.RequestAborted);
        await wire.WriteAsync(http, job, StatusCodes.Status200OK, UsageShape.Images, default);
    }

    /// <summary>A job of the key that calls.</summary>
    public static async Task<Job> FindAsync(HttpContext http, string id, JobStore jobs) =>
        (id.Length <= 64 ? await jobs.FindAsync(id, http.Key().Id, http.RequestAborted) : null)
            ?? throw new GatewayException(ErrorKind.NotFound, "No such job.", "id");

    private static TimeSpan? Wait(HttpContext http)
    {
        var text = http.Request.Query["wait"].ToString();
        if (text.Length == 0)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= LongestWait
            ? TimeSpan.FromSeconds(seconds)
            : throw RequestRules.Invalid($"wait must be between 0 and {LongestWait} seconds", "wait");
    }
}
