using Pictor.Api.Jobs;
using Pictor.Jobs;

namespace Pictor.Api.Chat;

/// <summary>A chat answer as a stream: the role at once, comments while the job runs, the picture in one piece, the end.</summary>
internal sealed class ChatStream(JobFollower follower, ChatAnswerWire wire)
{
    public async Task WriteAsync(HttpContext http, AcceptedJob accepted, ChatRequest chat)
    {
        var events = new EventStream(http);
        JobAnswer.Begin(http, accepted);
        events.Begin();
        await events.SendAsync(ChatAnswerWire.Role(accepted.Job), name: null);
        int? shown = null;
        var views = chat.ShowsProgress ? new JobViews { Changed = ShowAsync } : JobViews.None;
        var job = await follower.EndAsync(accepted.Job, events, views, http.RequestAborted);
        if (job.Error is { } error)
        {
            await events.SendAsync(ChatAnswerWire.Error(error), name: null);
            await events.DoneAsync();
            return;
        }

        await events.SendAsync(wire.Content(job, chat, accepted.LinksOf(job), isBelowProgress: shown is not null), name: null);
        await events.SendAsync(ChatAnswerWire.Stop(job), name: null);
        if (chat.IncludesUsage)
        {
            await events.SendAsync(ChatAnswerWire.Usage(job), name: null);
        }

        await events.DoneAsync();

        async Task ShowAsync(Job now)
        {
            if (now.Progress is { } reached && reached != shown && !now.State.IsEnded())
            {
                shown = reached;
                await events.SendAsync(ChatAnswerWire.Progress(now, reached), name: null);
            }
        }
    }
}
