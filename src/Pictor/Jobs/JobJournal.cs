using Pictor.Assets;
using Pictor.Catalog;
using Pictor.Errors;
using Pictor.Providers;
using Pictor.Routing;
using Pictor.Storage;

namespace Pictor.Jobs;

/// <summary>Writes down each step of a job before the next one is taken. What an upstream has accepted or delivered is written again and again until the database takes it.</summary>
internal sealed partial class JobJournal(Database database, Booking booking, JobEnds ends, AssetFetcher fetcher, FileAssetStore files, AssetLinks links, ModelCatalog catalog, JobSignals signals, TimeProvider time, ILogger<JobJournal> log)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>The journal of one run, for the attempt loop.</summary>
    public AttemptJournal Of(JobRun run, CancellationToken stopping) => new(
        attempt => SendingAsync(run, attempt),
        attempt => AcceptedAsync(run, attempt, stopping),
        (attempt, done) => DeliveredAsync(run, attempt, done, stopping),
        attempt => PersistAsync(session => booking.AttemptAsync(session, run.Job, attempt, isLate: false), run.Job.Id, stopping));

    /// <summary>Writes the end of a job: state, result, money and deliveries in one transaction.</summary>
    /// <returns>False when the job had ended already.</returns>
    public async Task<bool> EndedAsync(Job job, CancellationToken stopping)
    {
        var isWritten = false;
        await PersistAsync(async session => isWritten = await ends.WriteAsync(session, job, from: null), job.Id, stopping);
        if (isWritten)
        {
            ends.Written(job);
        }

        return isWritten;
    }

    /// <summary>Fetches, checks and stores the pictures of an attempt, at once: vendors' links die in minutes.</summary>
    public async Task<(IReadOnlyList<Asset> Assets, GatewayError? Error)> StoreAsync(Job job, Attempt attempt, ProviderOutcome.Done done, string workFolder, bool isLate)
    {
        var request = job.Request;
        var offset = attempt.Part * job.PerCall!.Value;
        var wanted = Math.Min(job.PerCall.Value, request.N - offset);
        var reportsSeed = catalog.Find(request.Model).Capabilities.Accepts("seed");
        var assets = new List<Asset>();
        GatewayError? error = null;
        foreach (var image in done.Images.Take(wanted))
        {
            try
            {
                var position = offset + assets.Count;
                var place = new AssetPlace(job.Id, position, request.OutputFormat, workFolder, links.KeepUntil(time.GetUtcNow(), request.UrlExpiresIn));
                var asset = await fetcher.StoreAsync(image.File, image.Link, place, CancellationToken.None);
                assets.Add(asset with
                {
                    IsLate = isLate,
                    RevisedPrompt = image.RevisedPrompt,
                    Seed = reportsSeed ? image.Seed ?? done.Seed ?? unchecked(request.Seed + (uint)position) : null,
                });
            }
            catch (GatewayException fault)
            {
                error = fault.Error;
            }
        }

        error ??= new GatewayError(ErrorKind.UpstreamUnreadable, "The upstream answered without a picture.");
        return (assets, assets.Count == 0 ? error : null);
    }

    /// <summary>Writes pictures that were collected after their job had ended; they are free to the caller.</summary>
    public Task LateAsync(Job job, Attempt attempt, IReadOnlyList<Asset> assets, CancellationToken stopping) =>
        PersistAsync(
            async session =>
            {
                await booking.AttemptAsync(session, job, attempt, isLate: true);
                foreach (var asset in assets)
                {
                    await AssetStore.InsertAsync(session, asset);
                }
            },
            attempt.JobId,
            stopping);

    private async Task SendingAsync(JobRun run, Attempt attempt)
    {
        await run.Gate.WaitAsync();
        try
        {
            var sending = run.Job with
            {
                State = run.Job.State == JobState.Accepted ? JobState.Accepted : JobState.Sending,
                StartedAt = run.Job.StartedAt ?? attempt.StartedAt,
                Attempts = Math.Max(run.Job.Attempts, attempt.Number),
                Channel = attempt.Channel,
            };

            // Not tried again: a job whose sending cannot be written down is not sent.
            await database.WriteAsync(
                async session =>
                {
                    await EnsureOpenAsync(session, sending);
                    await AttemptStore.InsertAsync(session, attempt);
                },
                CancellationToken.None);
            run.Job = sending;
            signals.Changed(sending.Id);
        }
        finally
        {
            run.Gate.Release();
        }
    }

    private async Task AcceptedAsync(JobRun run, Attempt attempt, CancellationToken stopping)
    {
        await run.Gate.WaitAsync(CancellationToken.None);
        try
        {
            var accepted = run.Job with { State = JobState.Accepted };
            await PersistAsync(
                async session =>
                {
                    await AttemptStore.UpdateAsync(session, attempt);
                    await JobStore.UpdateAsync(session, accepted);
                },
                run.Job.Id,
                stopping);
            run.Job = accepted;
        }
        finally
        {
            run.Gate.Release();
        }
    }

    private async Task<GatewayError?> DeliveredAsync(JobRun run, Attempt attempt, ProviderOutcome.Done done, CancellationToken stopping)
    {
        var (assets, error) = await StoreAsync(run.Job, attempt, done, Path.Combine(run.WorkFolder, attempt.Number.ToString()), isLate: false);
        if (error is not null)
        {
            var lost = attempt.End(error, time.GetUtcNow()) with { UpstreamCost = done.UpstreamCost };
            await PersistAsync(session => booking.AttemptAsync(session, run.Job, lost, isLate: false), run.Job.Id, stopping);
            return error;
        }

        var isOpen = false;
        var delivered = attempt with { EndedAt = time.GetUtcNow(), Outcome = Attempt.Delivered, Usage = done.Usage, UpstreamCost = done.UpstreamCost };
        await PersistAsync(
            async session =>
            {
                isOpen = await session.FirstOrDefaultAsync<long>("SELECT COUNT(*) FROM jobs WHERE id = @Id AND ended_at IS NULL", new { run.Job.Id }) == 1;
                await booking.AttemptAsync(session, run.Job, delivered, isLate: !isOpen);
                foreach (var asset in isOpen ? assets : [])
                {
                    await AssetStore.InsertAsync(session, asset);
                }
            },
            run.Job.Id,
            stopping);
        if (!isOpen)
        {
            foreach (var asset in assets)
            {
                files.Remove(asset.Id, asset.Format);
            }

            throw new OperationCanceledException("The job was cancelled while its pictures were stored.");
        }

        lock (run.Assets)
        {
            run.Assets.AddRange(assets);
            run.Warnings.AddRange(done.Warnings.Except(run.Warnings));
            run.Usages.AddRange(done.Usage is null ? [] : [done.Usage]);
        }

        return null;
    }

    // A job that was cancelled a moment ago must not be sent: the same statement that asks is the one that writes.
    private static async Task EnsureOpenAsync(Session session, Job job)
    {
        if (!await JobStore.UpdateAsync(session, job))
        {
            throw new OperationCanceledException("The job has ended.");
        }
    }

    private async Task PersistAsync(Func<Session, Task> work, string jobId, CancellationToken stopping)
    {
        var pause = TimeSpan.FromSeconds(1);
        while (true)
        {
            try
            {
                await database.WriteAsync(work, CancellationToken.None);
                return;
            }
            catch (GatewayException fault) when (fault.Error.Kind == ErrorKind.StorageUnavailable)
            {
                Log.NotWritten(log, fault, jobId);
                await Task.Delay(pause, time, stopping);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Critical, "A step of job {JobId} could not be written; it is tried again.")]
        public static partial void NotWritten(ILogger logger, Exception fault, string jobId);
    }
}
