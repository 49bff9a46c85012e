using Pictor.Api.Jobs;
using Pictor.Jobs;

namespace Pictor.Api.Chat;

/// <summary>A chat answer as a stream: the role at once, comments while the job runs, the picture in one piece, the end.</summary>
internal sealed class ChatStream(JobFollower follower, ChatAnswerWire wire)
{
    public async Task WriteAsync(HttpContext http, Job job, ChatRequest chat)
    {
        var events = new EventStream(http);
        http.Response.Headers["x-pictor-job"] = job.Id;
        events.Begin();
        await events.SendAsync(ChatAnswerWire.Role(job), name: null);
        job = await follower.EndAsync(job, events, http.RequestAborted);
        if (job.Error is { } error)
        {
            await events.SendAsync(ChatAnswerWire.Error(error), name: null);
            await events.DoneAsync();
            return;
        }

        await events.SendAsync(wire.Content(job, chat), name: null);
        await events.SendAsync(ChatAnswerWire.Stop(job), name: null);
        if (chat.IncludesUsage)
        {
            await events.SendAsync(ChatAnswerWire.Usage(job), name: null);
        }

        await events.DoneAsync();
    }
}
