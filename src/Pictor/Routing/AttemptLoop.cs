using System.Diagnostics;
using Pictor.Catalog;
using Pictor.Errors;
using Pictor.Images;
using Pictor.Providers;
using Pictor.Storage;
using Pictor.Telemetry;

namespace Pictor.Routing;

/// <summary>
/// Splits a job into calls, tries the channels for each in order, and stops where another try could pay twice. It writes down
/// each step through the journal before it takes it.
/// </summary>
internal sealed partial class AttemptLoop(ChannelSelector selector, ChannelTable table, ModelCatalog catalog, ChannelHealth health, WorkFolders folders, GatewayMetrics metrics, TimeProvider time, ILogger<AttemptLoop> log)
{
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(5);

    // A vendor that asks for more gets this much: its picture may be there before.
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(500);

    /// <summary>How many pictures every channel of a model can make in one call.</summary>
    public int PerCall(string model, int wanted) => table.For(model).Select(channel => channel.PerCall(model) ?? wanted).Append(wanted).Min();

    /// <summary>True when a call that was interrupted while it was sent may be sent again.</summary>
    public bool IsRepeatable(string channelId) => table.Find(channelId)?.Provider.IsFreeAndRepeatable == true;

    /// <summary>True when nothing but the Sandbox answers for a model.</summary>
    public bool IsSandbox(string model) => table.For(model) is { Count: > 0 } channels && channels.All(channel => channel.Provider.IsFreeAndRepeatable);

    /// <summary>True when one of the channels of a model that are asked first takes parameters as they were given; for the others they are fitted when one is asked.</summary>
    public bool PassesUnjudged(string model)
    {
        var channels = table.For(model);
        return channels.Any(channel => channel.Priority == channels.Min(other => other.Priority) && channel.Provider.PassesUnjudged(channel.Settings));
    }

    /// <summary>What the channel that is asked first would adapt or ignore. Nothing is sent.</summary>
    public IReadOnlyList<Warning> Adaptations(AttemptOrder order) =>
        table.For(order.Request.Model).MinBy(channel => channel.Priority) is { } first ? Adaptations(order, first) : [];

    /// <summary>What a strict caller has to be refused for: nothing as soon as one channel takes all as it was given, else what the first one would change.</summary>
    public IReadOnlyList<Warning> UnavoidableAdaptations(AttemptOrder order) =>
        table.For(order.Request.Model).Any(channel => Adaptations(order, channel).Count == 0) ? [] : Adaptations(order);

    /// <summary>Runs every part of a job that is not done yet, in parallel.</summary>
    /// <returns>The errors of the parts that failed; empty when all were delivered.</returns>
    public async Task<IReadOnlyList<GatewayError>> RunAsync(AttemptOrder order, AttemptJournal journal, CancellationToken cancellationToken)
    {
        var parts = Part.Split(order.Request.N, order.PerCall)
            .Where(part => !order.Before.Any(attempt => attempt.Part == part.Index && attempt.Outcome == Attempt.Delivered))
            .Select(part => RunPartAsync(order, part, journal, cancellationToken));
        return [.. (await Task.WhenAll(parts)).OfType<GatewayError>()];
    }

    /// <summary>Looks once at a call whose job has ended.</summary>
    public async Task<ProviderOutcome> LookAsync(AttemptOrder order, Attempt attempt, string workFolder, CancellationToken cancellationToken) =>
        table.Find(attempt.Channel) is { } channel
            ? await channel.Provider.CheckAsync(Call(order, PartOf(order, attempt), channel, attempt, workFolder), attempt.Handle!, cancellationToken)
            : new ProviderOutcome.Failed(Gone);

    /// <summary>False when nothing could take a call back any more: it is being sent, and there is no handle yet.</summary>
    public bool MayCancel(Attempt attempt) => attempt.Handle is not null || IsRepeatable(attempt.Channel);

    /// <summary>Asks the upstream of a pending call to drop it.</summary>
    /// <returns>True when nothing will be run or billed.</returns>
    public async Task<bool> CancelAsync(AttemptOrder order, Attempt attempt, CancellationToken cancellationToken)
    {
        if (IsRepeatable(attempt.Channel))
        {
            return true;
        }

        using var work = folders.Take();
        return attempt.Handle is { } handle
            && table.Find(attempt.Channel) is { } channel
            && await channel.Provider.CancelAsync(Call(order, PartOf(order, attempt), channel, attempt, work.Path), handle, cancellationToken);
    }

    private static GatewayError Gone => new(ErrorKind.UpstreamOutcomeUnknown, "The channel this job was sent over is no longer configured.");

    private static Part PartOf(AttemptOrder order, Attempt attempt) => Part.Split(order.Request.N, order.PerCall)[attempt.Part];

    private async Task<GatewayError?> RunPartAsync(AttemptOrder order, Part part, AttemptJournal journal, CancellationToken cancellationToken)
    {
        // What a former process left open: a handle is followed, a call of unknown outcome is never sent again.
        if (order.Before.LastOrDefault(attempt => attempt.Part == part.Index && attempt.EndedAt is null) is { } open)
        {
            if (!IsRepeatable(open.Channel))
            {
                return await ResumeAsync(order, part, open, journal, cancellationToken);
            }

            // Made again from the start; left open it would keep one of its channel's places for ever.
            await journal.Failed(open.End(new GatewayError(ErrorKind.UpstreamUnreachable, "The gateway stopped while it was drawn; it is drawn again."), time.GetUtcNow()));
        }

        // A former process may have gone between the end of its last call and that of the job: what ended the part ends it now.
        if (order.Before.LastOrDefault(attempt => attempt.Part == part.Index)?.Failure is { } final && !ErrorTable.Row(final.Kind).TryNextChannel)
        {
            return final;
        }

        // Looked at again: what is known of the references now was not known at the door.
        if (order.Request.IsStrict && UnavoidableAdaptations(order) is { Count: > 0 } changes)
        {
            return Warning.Refusal(changes);
        }

        var tried = new HashSet<string>(StringComparer.Ordinal);
        GatewayError? last = null;
        var number = 0;
        while (true)
        {
            var busy = (Channel?)null;
            var full = false;
            var retryAfter = (TimeSpan?)null;
            foreach (var channel in selector.Order(order.Request.Model).Where(channel => !tried.Contains(channel.Id) && MayTake(order, channel)))
            {
                var entry = health.TryEnter(channel, order.Request.Model);
                if (entry.Place is not { } place)
                {
                    busy ??= entry.IsBusy ? channel : null;
                    retryAfter = entry.RetryAfter is { } wait && (retryAfter is null || wait < retryAfter) ? wait : retryAfter;
                    continue;
                }

                using (place)
                {
                    number = number == 0 ? order.NextNumber() : number;
                    var attempt = New(order, part, channel, number);
                    if (!await journal.Sending(attempt, channel.Concurrent))
                    {
                        full = true;
                        continue;
                    }

                    number = 0;
                    tried.Add(channel.Id);
                    last = await TryAsync(order, part, channel, attempt, isRetry: tried.Count > 1, journal, cancellationToken);
                }

                if (last is null || !ErrorTable.Row(last.Kind).TryNextChannel)
                {
                    return last;
                }
            }

            if (full)
            {
                // Other replicas have its places; nothing tells when they are done with one.
                await Task.Delay(LookAgain, time, cancellationToken);
                continue;
            }

            if (busy is null)
            {
                return last ?? new GatewayError(ErrorKind.NoChannel, $"No channel can serve '{order.Request.Model}' at the moment.", RetryAfter: retryAfter ?? TimeSpan.FromSeconds(10));
            }

            await health.PlaceFreeAsync(busy, cancellationToken);
        }
    }

    private bool MayTake(AttemptOrder order, Channel channel) => !order.Request.IsStrict || Adaptations(order, channel).Count == 0;

    private IReadOnlyList<Warning> Adaptations(AttemptOrder order, Channel channel)
    {
        var part = new Part(0, 0, Math.Min(order.Request.N, channel.PerCall(order.Request.Model) ?? order.Request.N));
        return Adaptations(order, channel, Call(order, part, channel, New(order, part, channel, number: 1), workFolder: ""));
    }

    private IReadOnlyList<Warning> Adaptations(AttemptOrder order, Channel channel, ProviderCall call) =>
        [.. Fit(order, channel).Warnings, .. channel.Provider.Adaptations(call)];

    private ChannelFit Fit(AttemptOrder order, Channel channel) => ChannelFit.Of(order.Request, channel, catalog.CapabilitiesOf(order.Request.Model));

    private Attempt New(AttemptOrder order, Part part, Channel channel, int number) => new()
    {
        JobId = order.JobId,
        Number = number,
        Part = part.Index,
        Channel = channel.Id,
        UpstreamModel = channel.UpstreamModel(order.Request.Model),
        StartedAt = time.GetUtcNow(),
    };

    // The attempt is written down: from here on it may cost money.
    private async Task<GatewayError?> TryAsync(AttemptOrder order, Part part, Channel channel, Attempt attempt, bool isRetry, AttemptJournal journal, CancellationToken cancellationToken)
    {
        var facts = Facts(order, part, channel, attempt, isResumed: false);
        using var span = GatewayTracing.StartAttempt(facts);
        using var work = folders.Take();
        var call = Call(order, part, channel, attempt, work.Path);
        var outcome = await StartAsync(channel.Provider, call, attempt, journal, cancellationToken);
        if (outcome is not ProviderOutcome.Failed { Error: var refused })
        {
            health.Worked(channel, order.Request.Model);
        }
        else if (channel.Id != ChannelTable.EmbeddedSandbox && IsOfTheUpstream(refused.Kind))
        {
            // The embedded Sandbox fails because a caller asked for it: that must not take it away from all the others.
            health.Failed(channel, order.Request.Model, refused);
        }

        var error = await ConcludeAsync(order, channel, call, attempt, outcome, journal, cancellationToken);
        Ended(span, facts, isRetry, error, attempt);
        return error;
    }

    // What failed here before anything was sent says nothing of a channel, neither good nor bad.
    private static bool IsOfTheUpstream(ErrorKind kind) => kind == ErrorKind.Moderated || ErrorTable.Row(kind).Side == ErrorSide.Upstream;

    private static AttemptFacts Facts(AttemptOrder order, Part part, Channel channel, Attempt attempt, bool isResumed) =>
        new(order.Request.Model, attempt.UpstreamModel, channel.Provider.Name, channel.Id, attempt.Number, part.Count, isResumed);

    private void Ended(Activity? span, AttemptFacts facts, bool isRetry, GatewayError? error, Attempt attempt)
    {
        span.End(error?.Kind.ToString());
        metrics.AttemptEnded(facts, isRetry, error?.Kind.ToString(), time.GetUtcNow() - attempt.StartedAt);
    }

    private async Task<GatewayError?> ResumeAsync(AttemptOrder order, Part part, Attempt open, AttemptJournal journal, CancellationToken cancellationToken)
    {
        var failure = open.Handle is null
            ? new GatewayError(ErrorKind.UpstreamOutcomeUnknown, "The gateway stopped while the request was being sent; it may have run, so it was not sent again. Nothing was charged.")
            : Gone;
        if (open.Handle is null || table.Find(open.Channel) is not { } channel)
        {
            await journal.Failed(open.End(failure, time.GetUtcNow()));
            return failure;
        }

        var facts = Facts(order, part, channel, open, isResumed: true);
        using var span = GatewayTracing.StartAttempt(facts);
        using var work = folders.Take();
        var call = Call(order, part, channel, open, work.Path);
        var error = await ConcludeAsync(order, channel, call, open, new ProviderOutcome.Pending(open.Handle, TimeSpan.Zero), journal, cancellationToken);
        Ended(span, facts, isRetry: false, error, open);
        return error;
    }

    private async Task<ProviderOutcome> StartAsync(IProvider provider, ProviderCall call, Attempt attempt, AttemptJournal journal, CancellationToken cancellationToken)
    {
        try
        {
            return await provider.StartAsync(call, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            if (!provider.IsFreeAndRepeatable)
            {
                await journal.Failed(attempt.End(new GatewayError(ErrorKind.UpstreamOutcomeUnknown, "The call was interrupted while it was being sent."), time.GetUtcNow()));
            }

            throw;
        }
        catch (GatewayException fault)
        {
            return new ProviderOutcome.Failed(fault.Error);
        }
        catch (Exception fault)
        {
            // What a provider did not foresee may have happened after the request was written.
            Log.StartFailed(log, fault, attempt.JobId, attempt.Channel);
            return new ProviderOutcome.Failed(new GatewayError(
                provider.IsFreeAndRepeatable ? ErrorKind.Internal : ErrorKind.UpstreamOutcomeUnknown,
                "The gateway failed while it talked to the upstream. Nothing was charged."));
        }
    }

    private async Task<GatewayError?> ConcludeAsync(AttemptOrder order, Channel channel, ProviderCall call, Attempt attempt, ProviderOutcome outcome, AttemptJournal journal, CancellationToken cancellationToken)
    {
        while (outcome is ProviderOutcome.Pending pending)
        {
            if (pending.Handle != attempt.Handle)
            {
                attempt = attempt with { Handle = pending.Handle, UpstreamId = pending.UpstreamId ?? attempt.UpstreamId };
                await journal.Accepted(attempt);
            }

            await Task.Delay(pending.After < LongestPause ? pending.After : LongestPause, time, cancellationToken);
            await journal.Held(cancellationToken);
            outcome = await CheckAsync(channel.Provider, call, pending, cancellationToken);
        }

        attempt = attempt with { UpstreamId = attempt.UpstreamId ?? outcome.UpstreamId };
        if (outcome is ProviderOutcome.Failed { Error: var error })
        {
            await journal.Failed(attempt.End(error, time.GetUtcNow()) with { UpstreamCost = outcome.UpstreamCost });
            return error;
        }

        if (outcome is ProviderOutcome.Done { Handle: { } handle } && attempt.Handle is null)
        {
            attempt = attempt with { Handle = handle };
            await journal.Accepted(attempt);
        }

        var done = (ProviderOutcome.Done)outcome;
        return await journal.Delivered(attempt, done with { Warnings = [.. Adaptations(order, channel, call), .. done.Warnings] }, call.WorkFolder);
    }

    // A poll that fails says nothing about the picture: it is there or not whatever the poll does.
    private async Task<ProviderOutcome> CheckAsync(IProvider provider, ProviderCall call, ProviderOutcome.Pending pending, CancellationToken cancellationToken)
    {
        try
        {
            return await provider.CheckAsync(call, pending.Handle, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception fault)
        {
            Log.CheckFailed(log, fault, call.JobId, call.Channel.Id);
            return pending with { After = PauseAfterFault };
        }
    }

    private ProviderCall Call(AttemptOrder order, Part part, Channel channel, Attempt attempt, string workFolder) => new()
    {
        JobId = order.JobId,
        Attempt = attempt.Number,
        Channel = channel.Settings,
        UpstreamModel = attempt.UpstreamModel,
        Request = Fit(order, channel).Request,
        Count = part.Count,
        Seed = unchecked(order.Request.Seed + (uint)part.Offset),
        References = order.References,
        Mask = order.Mask,
        WorkFolder = workFolder,
        Progress = order.Progress,
        PartialImages = order.PartialImages,
        Partial = order.PartialImages == 0 ? null : image => order.Partial(image with { Position = part.Offset + image.Position }),
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A call of job {JobId} over channel {Channel} failed inside the gateway.")]
        public static partial void StartFailed(ILogger logger, Exception fault, string jobId, string channel);

        [LoggerMessage(2, LogLevel.Warning, "Looking at job {JobId} on channel {Channel} failed; it is looked at again.")]
        public static partial void CheckFailed(ILogger logger, Exception fault, string jobId, string channel);
    }
}
