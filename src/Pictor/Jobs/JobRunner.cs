using Microsoft.Extensions.Options;
using Pictor.Assets;
using Pictor.Catalog;
using Pictor.Errors;
using Pictor.Images;
using Pictor.Ledger;
using Pictor.Routing;
using Pictor.Storage;
using Pictor.Telemetry;

namespace Pictor.Jobs;

/// <summary>
/// The conductor: takes one accepted job from wherever it stands to its end. Every step that could cost money is in the table
/// before it is taken, so that another process can go on from there.
/// </summary>
internal sealed partial class JobRunner(
    JobStore jobs,
    JobJournal journal,
    JobEnds ends,
    AttemptStore attempts,
    AssetStore assets,
    Database database,
    ModelCatalog catalog,
    AttemptLoop loop,
    AttemptOrders orders,
    AssetFetcher fetcher,
    InputStore inputs,
    JobSignals signals,
    JobPartials partials,
    WorkFolders folders,
    GatewayMetrics metrics,
    IOptions<JobsOptions> options,
    TimeProvider time,
    ILogger<JobRunner> log)
{
    /// <summary>
    /// Runs a job to its end; when <paramref name="stopping"/> fires, the row stays for the next process. After an exception the
    /// row stands where it stood and the job is to be run again.
    /// </summary>
    /// <exception cref="GatewayException"><see cref="ErrorKind.StorageUnavailable"/>: what it needs could not be read.</exception>
    public async Task RunAsync(Job job, CancellationToken stopping)
    {
        Trail.Follow(job.RequestId, job.Id);
        using var span = GatewayTracing.StartJob(job.Request.Model, job.Id, job.RequestId, job.Trace);
        metrics.JobBegan();
        using var hold = new JobHold(stopping);
        signals.Running(job.Id, hold);
        try
        {
            var run = new JobRun(job, job.Attempts == 0 ? [] : await attempts.OfJobAsync(job.Id, stopping), hold);

            // 1. Its time: what is late by now, a restart included, ends here.
            var left = job.DeadlineAt - time.GetUtcNow();
            using var deadline = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(hold.Interrupted, deadline.Token);
            GatewayError? error = null;
            try
            {
                error = await ConductAsync(run, stopping, either.Token);
            }
            catch (OperationCanceledException) when (deadline.IsCancellationRequested && !hold.Interrupted.IsCancellationRequested)
            {
                // What an upstream has accepted is still collected, by the late worker.
                error = new GatewayError(ErrorKind.DeadlinePassed, $"The job did not end within {options.Value.Deadline.TotalMinutes:0.#} minutes.");
            }
            catch (OperationCanceledException)
            {
                // The process stops, the job was cancelled, then whoever did it has written the row's end, or it is another's.
                return;
            }
            catch (GatewayException fault)
            {
                error = fault.Error;
            }
            catch (Exception fault)
            {
                Log.Failed(log, fault, job.Id, job.RequestId);
                error = new GatewayError(ErrorKind.Internal, "The gateway failed while it worked on this job.");
            }

            // 7. The end: state, result, cost and what the only part brought, in one transaction.
            if (await journal.EndedAsync(run, await ConcludeAsync(run, error), stopping))
            {
                inputs.Remove(job.Id);
            }

            span.End(error?.Kind.ToString());
        }
        catch (OperationCanceledException)
        {
            // Stopped while the database took nothing: the next process goes on.
        }
        finally
        {
            metrics.JobLeft();
            signals.Stopped(job.Id);
            partials.Close(job.Id);
            signals.Ended(job.Id);
        }
    }

    /// <summary>Ends a job before its time.</summary>
    /// <returns>The job as it stands then.</returns>
    /// <exception cref="GatewayException"><see cref="ErrorKind.NotCancellable"/>.</exception>
    public async Task<Job> CancelAsync(Job job, CancellationToken cancellationToken)
    {
        // Only from where it stood when it was judged: what moved on meanwhile is judged anew, since it may cost money by now.
        while (await MayEndAsync(job, cancellationToken))
        {
            var cancelled = job with
            {
                State = JobState.Cancelled,
                EndedAt = time.GetUtcNow(),
                Error = new GatewayError(ErrorKind.Cancelled, "The job was cancelled."),
                Cost = new Micros(0),
            };
            if (await database.WriteAsync(Locks.Key(job.KeyId), session => WriteCancelledAsync(session, cancelled, from: job.State), CancellationToken.None) is { } deliveries)
            {
                ends.Written(cancelled, deliveries);
                signals.Interrupt(job.Id);
                signals.Ended(job.Id);
                return cancelled;
            }

            job = await jobs.FindAsync(job.Id, cancellationToken) ?? job;
        }

        throw NotCancellable();
    }

    // A part that was delivered a moment ago is seen here at the latest: its delivery and this wait for the same row.
    private async Task<int?> WriteCancelledAsync(Session session, Job cancelled, JobState from)
    {
        var deliveries = await ends.WriteAsync(session, cancelled, from);
        return deliveries is not null && await AttemptStore.HasDeliveredAsync(session, cancelled.Id) ? throw NotCancellable() : deliveries;
    }

    private static GatewayException NotCancellable() =>
        new(ErrorKind.NotCancellable, "The job has ended, has brought pictures already, or was handed to an upstream that cannot take it back.");

    private async Task<GatewayError?> ConductAsync(JobRun run, CancellationToken stopping, CancellationToken cancellationToken)
    {
        // 2. Its reference images: links are fetched once, through the guard; a restart finds the ones that are here, and a call that is out needs none.
        if (!run.Before.Any(attempt => attempt is { EndedAt: null, Handle: not null }))
        {
            await FetchInputsAsync(run, cancellationToken);
        }

        // 3. Its parts: how many pictures one call makes is settled once.
        run.Job = run.Job with { PerCall = run.Job.PerCall ?? loop.PerCall(run.Job.Request.Model, run.Job.Request.N) };

        // 4. - 6. Channels, in order, until each part is delivered or another try could pay twice. Pictures are stored as they come.
        var order = orders.Of(run.Job) with { Before = run.Before, NextNumber = run.NextAttempt };
        var errors = await loop.RunAsync(order, journal.Of(run, stopping), cancellationToken);
        return errors.Count == 0 ? null : errors[0];
    }

    private async Task FetchInputsAsync(JobRun run, CancellationToken cancellationToken)
    {
        var request = run.Job.Request;
        using var work = request.References.Append(request.Mask).Any(picture => picture is { Link: not null }) ? folders.Take() : null;
        var references = new List<ReferenceImage>();
        foreach (var reference in request.References)
        {
            references.Add(await fetcher.FetchInputAsync(run.Job.Id, InputNames.Reference(references.Count), reference, work?.Path, cancellationToken));
        }

        var mask = request.Mask is { } given ? await fetcher.FetchInputAsync(run.Job.Id, InputNames.Mask, given, work?.Path, cancellationToken) : null;
        request = RequestPlan.FitToReference(request with { References = references, Mask = mask }, catalog.CapabilitiesOf(request.Model));
        run.Job = run.Job with { Request = request };
    }

    private async Task<Job> ConcludeAsync(JobRun run, GatewayError? error)
    {
        var job = run.Job;
        var pictures = run.Before.Any(attempt => attempt.Outcome == Attempt.Delivered)
            ? await assets.OfJobAsync(job.Id, CancellationToken.None)
            : [.. run.Assets.OrderBy(asset => asset.Position)];
        var ended = job with { EndedAt = time.GetUtcNow(), Progress = null, Warnings = [.. job.Warnings, .. run.Warnings.Except(job.Warnings)] };
        if (pictures.Count == 0)
        {
            error ??= new GatewayError(ErrorKind.UpstreamUnreadable, "The upstream answered without a picture.");
            return ended with
            {
                State = error.Kind == ErrorKind.UpstreamOutcomeUnknown ? JobState.Unknown : JobState.Failed,
                Error = error,
                Cost = new Micros(0),
            };
        }

        var wanted = job.Request.N;
        var delivered = pictures.Select(asset => new DeliveredPicture(new PixelSize(asset.Width, asset.Height), asset.Quality)).ToList();
        return ended with
        {
            State = JobState.Succeeded,
            Warnings = pictures.Count == wanted
                ? ended.Warnings
                : [.. ended.Warnings, Warning.Adapted("n", wanted.ToString(), pictures.Count.ToString(), $"{pictures.Count} of {wanted} pictures were delivered; only those are charged.{(error is null ? "" : " " + error.Message)}")],
            Result = new ImageResult
            {
                Images = [.. pictures.Select(asset => new ResultImage(asset.Id, asset.Format, asset.Width, asset.Height) { RevisedPrompt = asset.RevisedPrompt, Seed = asset.Seed })],
                Usage = catalog.CapabilitiesOf(job.Request.Model).ReportsUsage ? ImageUsage.Sum(run.Usages) : null,
                KeptUntil = pictures.Min(asset => asset.ExpiresAt),
            },
            Cost = CostCalculator.Charge(job.Quote, delivered, job.Held),
            ListCost = CostCalculator.List(job.Quote, delivered),
        };
    }

    private async Task<bool> MayEndAsync(Job job, CancellationToken cancellationToken)
    {
        if (job.State == JobState.Reserved)
        {
            return true;
        }

        if (job.State.IsEnded())
        {
            return false;
        }

        // All are judged before one is taken back: of a job that goes on, nothing may be missing.
        var all = await attempts.OfJobAsync(job.Id, cancellationToken);
        var open = all.Where(attempt => attempt.EndedAt is null).ToList();
        if (all.Any(attempt => attempt.Outcome == Attempt.Delivered) || !open.TrueForAll(loop.MayCancel))
        {
            return false;
        }

        foreach (var attempt in open)
        {
            if (!await loop.CancelAsync(orders.Of(job), attempt, cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Job {JobId} of request {RequestId} failed by a fault of the gateway.")]
        public static partial void Failed(ILogger logger, Exception fault, string jobId, string requestId);
    }
}
