using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Pictor.Jobs;
using Pictor.Storage;

namespace Pictor.Api.Jobs;

/// <summary>Holds a stream open until its job ends: a comment every few seconds keeps proxies and impatient clients from hanging up.</summary>
internal sealed class JobFollower(JobStore jobs, JobSignals signals, Replica replica, IOptions<ApiOptions> options, TimeProvider time)
{
    // A signal wakes at once; the row is looked at in between for a job that another process ends.
    private const int CommentsBetweenLooks = 4;

    /// <summary>Sends comments, and what else the views show, until the job has ended.</summary>
    /// <returns>The job as it ended.</returns>
    public async Task<Job> EndAsync(Job job, EventStream events, JobViews views, CancellationToken cancellationToken)
    {
        var partials = views.Partials;
        Task<bool>? more = null;
        var (sent, silentSince) = (events.Sent, time.GetTimestamp());
        while (true)
        {
            var changed = signals.Watch(job.Id);
            job = await jobs.FindAsync(job.Id, cancellationToken) ?? job;
            await (views.Changed?.Invoke(job) ?? Task.CompletedTask);
            if (job.State.IsEnded())
            {
                // Nobody will signal it any more: the watch just taken would stay for ever.
                signals.Forget(job.Id);
                await ShowAsync(views, partials);
                return job;
            }

            for (var comments = 0; comments < (replica.Others > 0 ? 1 : CommentsBetweenLooks) && !changed.IsCompleted; comments++)
            {
                // What the row tells of is not always shown: silence is measured from what went out, not from the last signal.
                if (events.Sent != sent)
                {
                    (sent, silentSince) = (events.Sent, time.GetTimestamp());
                }

                var left = options.Value.CommentEvery - time.GetElapsedTime(silentSince);
                try
                {
                    more ??= partials?.WaitToReadAsync(cancellationToken).AsTask();
                    await (more is null ? changed : Task.WhenAny(changed, more)).WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, cancellationToken);
                    if (more is { IsCompleted: true })
                    {
                        partials = await more ? partials : null;
                        more = null;
                        await ShowAsync(views, partials);
                    }
                }
                catch (TimeoutException)
                {
                    await events.CommentAsync();
                }
            }
        }
    }

    private static async Task ShowAsync(JobViews views, ChannelReader<PartialPicture>? partials)
    {
        while (partials?.TryRead(out var partial) == true)
        {
            using (partial)
            {
                await views.Partial!(partial);
            }
        }
    }
}

/// <summary>What a stream shows of a job on its way.</summary>
internal sealed record JobViews
{
    public static readonly JobViews None = new();

    /// <summary>Told whenever the job's row was read.</summary>
    public Func<Job, Task>? Changed { get; init; }

    public ChannelReader<PartialPicture>? Partials { get; init; }

    /// <summary>Told each unfinished picture.</summary>
    public Func<PartialPicture, Task>? Partial { get; init; }
}
