using Pictor.Errors;
using Pictor.Images;
using Pictor.Providers;

namespace Pictor.Routing;

/// <summary>Tries the channels of a model in order and stops where another try could pay twice.</summary>
internal sealed class AttemptLoop(ChannelSelector selector, ChannelTable table, TimeProvider time)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>Runs a job that was never sent, or whose earlier attempts may be repeated.</summary>
    public async Task<AttemptResult> RunAsync(AttemptOrder order, AttemptJournal journal, CancellationToken cancellationToken)
    {
        var number = order.AttemptsBefore;
        GatewayError? last = null;
        foreach (var channel in selector.Order(order.Request.Model))
        {
            var attempt = new Attempt(order.JobId, ++number, channel.Id, channel.UpstreamModel(order.Request.Model), time.GetUtcNow());
            await journal.Sending(attempt);
            var call = Call(order, channel, attempt);
            var outcome = await FollowAsync(channel.Provider, call, await StartAsync(channel.Provider, call, cancellationToken), handle => journal.Accepted(attempt, handle), cancellationToken);
            if (outcome is ProviderOutcome.Done done)
            {
                return new AttemptResult(attempt, done, null);
            }

            last = ((ProviderOutcome.Failed)outcome).Error;
            await journal.Ended(attempt, last);
            if (!ErrorTable.Row(last.Kind).TryNextChannel)
            {
                return new AttemptResult(attempt, null, last);
            }
        }

        return new AttemptResult(null, null, last ?? new GatewayError(ErrorKind.NoChannel, $"No channel can serve '{order.Request.Model}' at the moment.", RetryAfter: TimeSpan.FromSeconds(10)));
    }

    /// <summary>Goes on looking at a call that an upstream accepted before this process started.</summary>
    public async Task<AttemptResult> ResumeAsync(AttemptOrder order, string channelId, string handle, CancellationToken cancellationToken)
    {
        if (table.Find(channelId) is not { } channel)
        {
            return new AttemptResult(null, null, new GatewayError(ErrorKind.UpstreamOutcomeUnknown, "The channel this job was sent over is no longer configured."));
        }

        var attempt = new Attempt(order.JobId, order.AttemptsBefore, channel.Id, channel.UpstreamModel(order.Request.Model), time.GetUtcNow());
        var outcome = await FollowAsync(channel.Provider, Call(order, channel, attempt), new ProviderOutcome.Pending(handle, TimeSpan.Zero), _ => Task.CompletedTask, cancellationToken);
        return outcome is ProviderOutcome.Done done
            ? new AttemptResult(attempt, done, null)
            : new AttemptResult(attempt, null, ((ProviderOutcome.Failed)outcome).Error);
    }

    /// <summary>True when a job that was interrupted while it was sent may be sent again.</summary>
    public bool IsRepeatable(string? channelId) => channelId is not null && table.Find(channelId)?.Provider.IsFreeAndRepeatable == true;

    private static async Task<ProviderOutcome> StartAsync(IProvider provider, ProviderCall call, CancellationToken cancellationToken)
    {
        try
        {
            return await provider.StartAsync(call, cancellationToken);
        }
        catch (GatewayException fault)
        {
            return new ProviderOutcome.Failed(fault.Error);
        }
    }

    private async Task<ProviderOutcome> FollowAsync(IProvider provider, ProviderCall call, ProviderOutcome outcome, Func<string, Task> accepted, CancellationToken cancellationToken)
    {
        var stored = (string?)null;
        while (outcome is ProviderOutcome.Pending pending)
        {
            if (pending.Handle != stored)
            {
                await accepted(pending.Handle);
                stored = pending.Handle;
            }

            await Task.Delay(pending.After < LongestPause ? pending.After : LongestPause, time, cancellationToken);
            outcome = await provider.CheckAsync(call, pending.Handle, cancellationToken);
        }

        return outcome;
    }

    private static ProviderCall Call(AttemptOrder order, Channel channel, Attempt attempt) => new()
    {
        JobId = order.JobId,
        Attempt = attempt.Number,
        Channel = channel.Settings,
        UpstreamModel = attempt.UpstreamModel,
        Request = order.Request,
        Count = order.Request.N,
        Seed = order.Request.Seed,
        References = order.References,
        Mask = order.Mask,
        WorkFolder = order.WorkFolder,
        Progress = order.Progress,
    };
}

/// <summary>What the loop is to do.</summary>
internal sealed record AttemptOrder(
    string JobId,
    int AttemptsBefore,
    ImageRequest Request,
    IReadOnlyList<ReferencePicture> References,
    ReferencePicture? Mask,
    string WorkFolder,
    Action<int> Progress);

/// <summary>Where the loop writes down each step before it takes it; the job's row is not the loop's to know.</summary>
/// <param name="Sending">Durable before the first byte leaves.</param>
/// <param name="Accepted">Durable before anything else happens with the handle.</param>
/// <param name="Ended">An attempt that did not work.</param>
internal sealed record AttemptJournal(Func<Attempt, Task> Sending, Func<Attempt, string, Task> Accepted, Func<Attempt, GatewayError, Task> Ended);

/// <summary>What came of all attempts: pictures, or the error of the last one.</summary>
internal sealed record AttemptResult(Attempt? Attempt, ProviderOutcome.Done? Done, GatewayError? Error);
