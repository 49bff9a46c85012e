using Microsoft.Extensions.Options;
using Pictor.Assets;
using Pictor.Catalog;
using Pictor.Errors;
using Pictor.Images;
using Pictor.Providers;
using Pictor.Routing;
using Pictor.Storage;

namespace Pictor.Jobs;

/// <summary>
/// The conductor: takes one accepted job from wherever it stands to its end. Every step that could cost money is in the table
/// before it is taken, so that another process can go on from there.
/// </summary>
internal sealed partial class JobRunner(
    JobStore jobs,
    Database database,
    ModelCatalog catalog,
    AttemptLoop attempts,
    AssetFetcher fetcher,
    FileAssetStore files,
    InputStore inputs,
    AssetLinks links,
    JobSignals signals,
    DataFolder folder,
    IOptions<JobsOptions> options,
    TimeProvider time,
    ILogger<JobRunner> log)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Runs a job to its end. Ends without throwing, whatever happens; when <paramref name="stopping"/> fires, the row stays for the next process.</summary>
    public async Task RunAsync(Job accepted, CancellationToken stopping)
    {
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var run = new Run(accepted, Path.Combine(folder.Work, accepted.Id));
        signals.Running(accepted.Id, interrupt);
        try
        {
            // 1. Its time: what is late by now, a restart included, ends here.
            var left = accepted.DeadlineAt - time.GetUtcNow();
            using var deadline = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(interrupt.Token, deadline.Token);
            try
            {
                await ConductAsync(run, either.Token);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (OperationCanceledException) when (deadline.IsCancellationRequested)
            {
                Fail(run, new GatewayError(ErrorKind.DeadlinePassed, $"The job did not end within {options.Value.Deadline.TotalMinutes:0.#} minutes."));
            }
            catch (OperationCanceledException)
            {
                // Cancelled: whoever did it has written the row's end.
                return;
            }
            catch (GatewayException fault)
            {
                Fail(run, fault.Error);
            }
            catch (Exception fault)
            {
                Log.Failed(log, fault, accepted.Id, accepted.RequestId);
                Fail(run, new GatewayError(ErrorKind.Internal, "The gateway failed while it worked on this job."));
            }

            // 9. The end: state, result, cost and pictures' rows in one transaction.
            await FinishAsync(run, stopping);
        }
        finally
        {
            signals.Stopped(accepted.Id);
            signals.Ended(accepted.Id);
            Remove(run.WorkFolder);
        }
    }

    /// <summary>Ends a job before its time.</summary>
    /// <returns>The job as it stands then.</returns>
    /// <exception cref="GatewayException"><see cref="ErrorKind.NotCancellable"/>.</exception>
    public async Task<Job> CancelAsync(Job job)
    {
        var isOpen = job.State == JobState.Reserved || (job.State == JobState.Sending && attempts.IsRepeatable(job.Channel));
        var cancelled = job with
        {
            State = JobState.Cancelled,
            EndedAt = time.GetUtcNow(),
            Error = new GatewayError(ErrorKind.Cancelled, "The job was cancelled."),
            Cost = new Micros(0),
        };

        // Only from the state that was judged: a job that was handed over in the meantime may cost money and goes on.
        if (!isOpen || !await database.WriteAsync(session => JobStore.UpdateAsync(session, cancelled, from: job.State), CancellationToken.None))
        {
            throw new GatewayException(ErrorKind.NotCancellable, "The job has ended, or was handed to an upstream that cannot take it back.");
        }

        signals.Interrupt(job.Id);
        signals.Ended(job.Id);
        inputs.Remove(job.Id);
        return cancelled;
    }

    private async Task ConductAsync(Run run, CancellationToken cancellationToken)
    {
        // 2. Where it stands: a job that was being sent when its process died may have been billed, and is not sent again.
        if (run.Job.State == JobState.Sending && !attempts.IsRepeatable(run.Job.Channel))
        {
            Fail(run, new GatewayError(ErrorKind.UpstreamOutcomeUnknown, "The gateway stopped while the request was being sent; it may have run, so it was not sent again. Nothing was charged."));
            return;
        }

        // 3. Its reference images: links are fetched once, through the guard; a restart finds the ones that are here.
        Directory.CreateDirectory(run.WorkFolder);
        await FetchInputsAsync(run, cancellationToken);

        // 4. - 7. Channels, in order, until one delivers or another try could pay twice.
        var order = Order(run);
        var result = run.Job is { State: JobState.Accepted, Channel: { } channel, Handle: { } handle }
            ? await attempts.ResumeAsync(order, channel, handle, cancellationToken)
            : await attempts.RunAsync(order, Journal(run), cancellationToken);

        // 8. The pictures: put into the format that was asked for, measured, synced. From here on nothing interrupts.
        if (result.Done is { } done)
        {
            await StoreAsync(run, done);
        }
        else
        {
            Fail(run, result.Error!);
        }
    }

    private async Task FetchInputsAsync(Run run, CancellationToken cancellationToken)
    {
        var request = run.Job.Request;
        var references = new List<ReferenceImage>();
        foreach (var reference in request.References)
        {
            references.Add(await fetcher.FetchInputAsync(run.Job.Id, InputNames.Reference(references.Count), reference, run.WorkFolder, cancellationToken));
        }

        var mask = request.Mask is { } given ? await fetcher.FetchInputAsync(run.Job.Id, InputNames.Mask, given, run.WorkFolder, cancellationToken) : null;
        request = RequestPlan.FitToReference(request with { References = references, Mask = mask }, catalog.Find(request.Model).Capabilities);
        run.Job = run.Job with { Request = request };
    }

    private AttemptOrder Order(Run run) => new(
        run.Job.Id,
        run.Job.Attempts,
        run.Job.Request,
        [.. run.Job.Request.References.Select(reference => Input(run.Job, reference))],
        run.Job.Request.Mask is { } mask ? Input(run.Job, mask) : null,
        run.WorkFolder,
        progress => _ = jobs.SetProgressAsync(run.Job.Id, progress, CancellationToken.None));

    private AttemptJournal Journal(Run run) => new(
        attempt => SendingAsync(run, attempt),
        (_, handle) => SaveAsync(run, run.Job with { State = JobState.Accepted, Handle = handle }),
        (attempt, error) => database.WriteAsync(session => Attempt.EndAsync(session, run.Job.Id, attempt.Number, error.Kind.ToString(), time.GetUtcNow()), CancellationToken.None));

    private ReferencePicture Input(Job job, ReferenceImage reference)
    {
        var path = inputs.PathOf(job.Id, reference.InputId!);
        return new ReferencePicture(path, OutputFormats.Parse(Path.GetExtension(path)[1..]).MediaType(), reference.Size!.Value, new FileInfo(path).Length, reference.Link);
    }

    private async Task SendingAsync(Run run, Attempt attempt)
    {
        var sending = run.Job with
        {
            State = JobState.Sending,
            StartedAt = run.Job.StartedAt ?? attempt.StartedAt,
            Attempts = attempt.Number,
            Channel = attempt.Channel,
            Handle = null,
        };
        await database.WriteAsync(
            async session =>
            {
                await EnsureOpenAsync(session, sending);
                await attempt.InsertAsync(session);
            },
            CancellationToken.None);
        run.Job = sending;
    }

    private async Task SaveAsync(Run run, Job job)
    {
        await database.WriteAsync(session => EnsureOpenAsync(session, job), CancellationToken.None);
        run.Job = job;
    }

    // A job that was cancelled a moment ago must not be sent: the same statement that asks is the one that writes.
    private static async Task EnsureOpenAsync(Session session, Job job)
    {
        if (!await JobStore.UpdateAsync(session, job))
        {
            throw new OperationCanceledException("The job has ended.");
        }
    }

    private async Task StoreAsync(Run run, ProviderOutcome.Done done)
    {
        var job = run.Job;
        var ended = time.GetUtcNow();
        var keepUntil = links.KeepUntil(ended, job.Request.UrlExpiresIn);
        var images = new List<ResultImage>();
        var warnings = new List<Warning>([.. job.Warnings, .. done.Warnings]);
        GatewayException? unusable = null;
        foreach (var image in done.Images)
        {
            try
            {
                var place = new AssetPlace(job.Id, run.Assets.Count, job.Request.OutputFormat, run.WorkFolder, keepUntil);
                var asset = await fetcher.StoreAsync(image.File, image.Link, place, CancellationToken.None);
                run.Assets.Add(asset);
                images.Add(new ResultImage(asset.Id, asset.Format, asset.Width, asset.Height) { RevisedPrompt = image.RevisedPrompt, Seed = image.Seed ?? done.Seed });
            }
            catch (GatewayException fault)
            {
                unusable = fault;
            }
        }

        if (images.Count == 0)
        {
            throw unusable ?? new GatewayException(ErrorKind.UpstreamUnreadable, "The upstream answered without a picture.");
        }

        if (images.Count < job.Request.N)
        {
            warnings.Add(Warning.Adapted("n", job.Request.N.ToString(), images.Count.ToString(), $"{images.Count} of {job.Request.N} pictures were delivered; only those are charged."));
        }

        run.Job = job with
        {
            State = JobState.Succeeded,
            EndedAt = ended,
            Progress = null,
            Warnings = warnings,
            Result = new ImageResult { Images = images, Usage = done.Usage, KeptUntil = keepUntil },
            Cost = job.PricePerImage * images.Count,
        };
    }

    private async Task FinishAsync(Run run, CancellationToken stopping)
    {
        var pause = TimeSpan.FromSeconds(1);
        while (true)
        {
            try
            {
                if (!await database.WriteAsync(session => FinishAsync(session, run), CancellationToken.None))
                {
                    // Cancelled while the pictures were stored.
                    run.Assets.ForEach(asset => files.Remove(asset.Id, asset.Format));
                }

                inputs.Remove(run.Job.Id);
                return;
            }
            catch (GatewayException fault) when (fault.Error.Kind == ErrorKind.StorageUnavailable)
            {
                // What was delivered is in memory and on the disk: it is written as soon as the database takes it.
                Log.NotWritten(log, fault, run.Job.Id);
                try
                {
                    await Task.Delay(pause, time, stopping);
                }
                catch (OperationCanceledException)
                {
                    return;
                }

                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private async Task<bool> FinishAsync(Session session, Run run)
    {
        if (!await JobStore.UpdateAsync(session, run.Job))
        {
            return false;
        }

        foreach (var asset in run.Assets)
        {
            await AssetStore.InsertAsync(session, asset);
        }

        if (run.Job.State == JobState.Succeeded)
        {
            await Attempt.EndAsync(session, run.Job.Id, run.Job.Attempts, "Done", time.GetUtcNow());
        }

        return true;
    }

    private void Fail(Run run, GatewayError error) => run.Job = run.Job with
    {
        State = error.Kind == ErrorKind.UpstreamOutcomeUnknown ? JobState.Unknown : JobState.Failed,
        EndedAt = time.GetUtcNow(),
        Error = error,
        Cost = new Micros(0),
        Progress = null,
    };

    private void Remove(string workFolder)
    {
        try
        {
            if (Directory.Exists(workFolder))
            {
                Directory.Delete(workFolder, recursive: true);
            }
        }
        catch (IOException fault)
        {
            Log.NotRemoved(log, fault, workFolder);
        }
    }

    /// <summary>What changes while one job runs: the job as it is written next, and the pictures it has so far.</summary>
    private sealed class Run(Job job, string workFolder)
    {
        public Job Job { get; set; } = job;

        public string WorkFolder { get; } = workFolder;

        public List<Asset> Assets { get; } = [];
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Job {JobId} of request {RequestId} failed by a fault of the gateway.")]
        public static partial void Failed(ILogger logger, Exception fault, string jobId, string requestId);

        [LoggerMessage(2, LogLevel.Critical, "The end of job {JobId} could not be written; it is tried again.")]
        public static partial void NotWritten(ILogger logger, Exception fault, string jobId);

        [LoggerMessage(3, LogLevel.Warning, "The work folder {Folder} could not be removed; the next start does it.")]
        public static partial void NotRemoved(ILogger logger, Exception fault, string folder);
    }
}
