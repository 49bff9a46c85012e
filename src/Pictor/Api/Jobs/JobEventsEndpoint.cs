using Pictor.Api.Images;
using Pictor.Jobs;

namespace Pictor.Api.Jobs;

/// <summary><c>GET /v1/images/generations/{id}/events</c>: a job while it runs, and its result.</summary>
internal static class JobEventsEndpoint
{
    public static async Task HandleAsync(HttpContext http, string id, JobStore jobs, JobFollower follower, ImagesResponseWire wire)
    {
        var job = await JobsEndpoint.FindAsync(http, id, jobs);
        var events = new EventStream(http);
        http.Response.Headers["x-pictor-job"] = job.Id;
        events.Begin();
        await events.CommentAsync();
        string? status = null;
        int? progress = null;
        job = await follower.EndAsync(job, events, new JobViews { Changed = ShowAsync }, http.RequestAborted);
        await events.SendAsync(await wire.WithLinksAsync(job, http.RequestAborted), "result");

        async Task ShowAsync(Job now)
        {
            if (now.State.Status() != status)
            {
                status = now.State.Status();
                await events.SendAsync(Event(now, "state"), "state");
            }

            if (now.Progress is { } reached && reached != progress && !now.State.IsEnded())
            {
                progress = reached;
                await events.SendAsync(Event(now, "progress"), "progress");
            }
        }
    }

    private static PictureJson Event(Job job, string type) => PictureJson.Of((json, _) =>
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteString("id", job.Id);
        json.WriteString("status", job.State.Status());
        if (job.Progress is { } progress && !job.State.IsEnded())
        {
            json.WriteNumber("progress", progress);
        }

        json.WriteEndObject();
    });
}
