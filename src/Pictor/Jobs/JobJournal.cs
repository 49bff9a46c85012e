using Pictor.Assets;
using Pictor.Errors;
using Pictor.Providers;
using Pictor.Routing;
using Pictor.Storage;

namespace Pictor.Jobs;

/// <summary>Writes down each step of a job before the next one is taken. What an upstream has accepted or delivered is written again and again until the database takes it.</summary>
internal sealed partial class JobJournal(Database database, JobStore jobs, Booking booking, JobEnds ends, JobPictures pictures, JobSignals signals, Replica replica, TimeProvider time, ILogger<JobJournal> log)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    /// <summary>The journal of one run, for the attempt loop.</summary>
    public AttemptJournal Of(JobRun run, CancellationToken stopping) => new(
        (attempt, places) => SendingAsync(run, attempt, places),
        attempt => AcceptedAsync(run, attempt, stopping),
        (attempt, done, workFolder) => DeliveredAsync(run, attempt, done, workFolder, stopping),
        attempt => FailedAsync(run, attempt, stopping),
        cancellationToken => HeldAsync(run, cancellationToken));

    /// <summary>
    /// Writes the end of a job: state, result, money and deliveries in one transaction, and in the same one the delivery of its
    /// only part, which no other step comes between.
    /// </summary>
    /// <returns>False when the job is another's by now and has not ended.</returns>
    public async Task<bool> EndedAsync(JobRun run, Job job, CancellationToken stopping)
    {
        var deliveries = (int?)null;
        var isKept = false;
        var isOthers = false;
        do
        {
            await PersistAsync(
                Locks.Key(job.KeyId),
                async session =>
                {
                    isKept = false;
                    deliveries = await ends.WriteAsync(session, job, from: null);
                    isOthers = deliveries is null && await JobStore.IsOpenAsync(session, job.Id);
                    if (isOthers)
                    {
                        return;
                    }

                    // A commit that was reported as failed may have reached the disk all the same.
                    isKept = deliveries is null && run.Delivery is { } before && await AssetStore.IsHereAsync(session, before.Assets[0].Id);
                    if (run.Delivery is { } delivery && !isKept)
                    {
                        isKept = await InsertAsync(session, job, delivery, isLate: deliveries is null);
                    }
                },
                job.Id,
                stopping);
        }
        while (isOthers && run.Delivery is not null && await OthersEndAsync(stopping));

        if (deliveries is { } count)
        {
            ends.Written(job, count);
        }
        else if (run.Delivery is { } late && !isKept)
        {
            await pictures.RemoveAsync(late);
        }

        return !isOthers;
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

    /// <summary>Writes what a provider noted of a call whose job has ended.</summary>
    public Task HandleAsync(Attempt attempt, CancellationToken stopping) =>
        PersistAsync(session => AttemptStore.UpdateAsync(session, attempt), attempt.JobId, stopping);

    // False when the channel has as many calls as it may have, here and on other replicas; then nothing was written.
    private async Task<bool> SendingAsync(JobRun run, Attempt attempt, int? places)
    {
        // The database may be back before the lease is: another replica could take the job in the middle of its sending, and only give it up.
        await replica.HeldSoonAsync();
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
            var isCounted = places is not null && replica.Others > 0;
            var isSent = await database.WriteAsync(
                isCounted ? Locks.Channel(attempt.Channel) : null,
                async session =>
                {
                    if (isCounted && await AttemptStore.RunningAsync(session, attempt.Channel) >= places)
                    {
                        return false;
                    }

                    await EnsureOpenAsync(session, sending);
                    await AttemptStore.InsertAsync(session, attempt);
                    return true;
                },
                CancellationToken.None);
            if (isSent)
            {
                run.Job = sending;
                signals.Changed(sending.Id);
            }

            return isSent;
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
            var isOthers = false;
            do
            {
                await PersistAsync(
                    async session =>
                    {
                        isOthers = !await JobStore.UpdateAsync(session, accepted) && await JobStore.IsOpenAsync(session, accepted.Id);
                        if (!isOthers)
                        {
                            await AttemptStore.UpdateAsync(session, attempt);
                        }
                    },
                    run.Job.Id,
                    stopping);
            }
            while (isOthers && await OthersEndAsync(stopping));

            run.Job = accepted;
        }
        finally
        {
            run.Gate.Release();
        }
    }

    private async Task<GatewayError?> DeliveredAsync(JobRun run, Attempt attempt, ProviderOutcome.Done done, string workFolder, CancellationToken stopping)
    {
        var (assets, error) = await pictures.StoreAsync(run.Job, attempt, done, workFolder, isLate: false, stopping);
        if (error is not null)
        {
            var lost = attempt.End(error, time.GetUtcNow()) with { UpstreamCost = done.UpstreamCost };
            await PersistAsync(session => booking.AttemptAsync(session, run.Job, lost, isLate: false), run.Job.Id, stopping);
            return error;
        }

        var delivery = new PartDelivery(attempt with { EndedAt = time.GetUtcNow(), Outcome = Attempt.Delivered, Usage = done.Usage, UpstreamCost = done.UpstreamCost }, assets);
        if (run.Job.PerCall >= run.Job.Request.N)
        {
            // The only part: its end and the job's are one step.
            run.Delivery = delivery;
        }
        else
        {
            await WriteAsync(run.Job, delivery, stopping);
        }

        lock (run.Assets)
        {
            run.Assets.AddRange(assets);
            run.Warnings.AddRange(done.Warnings.Except(run.Warnings));
            run.Usages.AddRange(done.Usage is null ? [] : [done.Usage]);
        }

        return null;
    }

    private async Task WriteAsync(Job job, PartDelivery delivery, CancellationToken stopping)
    {
        var isOwn = false;
        var isOthers = false;
        var isKept = false;
        do
        {
            await PersistAsync(
                async session =>
                {
                    isOwn = await JobStore.IsOwnAsync(session, job);
                    isOthers = !isOwn && await JobStore.IsOpenAsync(session, job.Id);
                    isKept = !isOthers && await InsertAsync(session, job, delivery, isLate: !isOwn);
                },
                job.Id,
                stopping);
        }
        while (isOthers && await OthersEndAsync(stopping));

        if (!isOwn)
        {
            if (!isKept)
            {
                await pictures.RemoveAsync(delivery);
            }

            throw new OperationCanceledException("The job was cancelled, or went to another replica, while its pictures were stored.");
        }
    }

    // Who has the job finds out by itself what became of the call. What came here is kept where that one could only give it up.
    private async Task<bool> OthersEndAsync(CancellationToken stopping)
    {
        await Task.Delay(LookAgain, time, stopping);
        return true;
    }

    private async Task HeldAsync(JobRun run, CancellationToken cancellationToken)
    {
        await replica.HeldAsync(cancellationToken);
        while (run.Lapses != replica.Lapses)
        {
            // The lease was over for a while: whoever took the job asks the vendor by now, and one of them is enough.
            var lapses = replica.Lapses;
            try
            {
                if ((await jobs.NotOwnAsync([run.Job.Id], cancellationToken)).Count > 0)
                {
                    run.Hold.Lose();
                }

                run.Lapses = lapses;
            }
            catch (GatewayException fault) when (fault.Error.Kind == ErrorKind.StorageUnavailable)
            {
                await Task.Delay(LookAgain, time, cancellationToken);
            }
        }

        run.Hold.ThrowIfLost();
    }

    // Of what came when the job was over, only what was given up as lost is kept: nobody waits for what was cancelled.
    private async Task<bool> InsertAsync(Session session, Job job, PartDelivery delivery, bool isLate)
    {
        await booking.AttemptAsync(session, job, delivery.Attempt, isLate);
        var isKept = !isLate || await JobStore.HasFailedAsync(session, job.Id);
        foreach (var asset in isKept ? delivery.Assets : [])
        {
            await AssetStore.InsertAsync(session, asset with { IsLate = isLate });
        }

        return isKept;
    }

    // A job that was cancelled a moment ago must not be sent: the same statement that asks is the one that writes.
    private static async Task EnsureOpenAsync(Session session, Job job)
    {
        if (!await JobStore.UpdateAsync(session, job))
        {
            throw new OperationCanceledException("The job has ended.");
        }
    }

    private Task FailedAsync(JobRun run, Attempt attempt, CancellationToken stopping) =>
        PersistAsync(
            async session =>
            {
                if (await JobStore.IsOwnAsync(session, run.Job) || !await JobStore.IsOpenAsync(session, run.Job.Id))
                {
                    await booking.AttemptAsync(session, run.Job, attempt, isLate: false);
                }
            },
            run.Job.Id,
            stopping);

    private Task PersistAsync(Func<Session, Task> work, string jobId, CancellationToken stopping) => PersistAsync(null, work, jobId, stopping);

    private async Task PersistAsync(string? held, Func<Session, Task> work, string jobId, CancellationToken stopping)
    {
        var pause = TimeSpan.FromSeconds(1);
        while (true)
        {
            try
            {
                await database.WriteAsync(held, work, CancellationToken.None);
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
