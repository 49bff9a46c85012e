using Pictor.Catalog;
using Pictor.Errors;
using Pictor.Keys;
using Pictor.Ledger;
using Pictor.Routing;
using Pictor.Storage;

namespace Pictor.Jobs;

/// <summary>The one place where a key's balance and the books move, always together and in the caller's transaction.</summary>
internal sealed class Booking(KeyBalances balances, LedgerStore ledger, Database database)
{
    /// <summary>Reserves what a new job can cost at most.</summary>
    /// <exception cref="GatewayException">The key's budget or places do not cover it.</exception>
    public async Task HoldAsync(Session session, Job job)
    {
        await balances.HoldAsync(session, job.KeyId, job.Held);
        await ledger.AppendAsync(session, new LedgerEntry
        {
            Kind = LedgerKinds.Hold,
            FromAccount = LedgerAccounts.Key(job.KeyId, job.IsSandbox),
            ToAccount = LedgerAccounts.Holds(job.KeyId, job.IsSandbox),
            Micros = job.Held.Value,
            JobId = job.Id,
        });
    }

    /// <summary>Ends the hold of a job: a charge for what was delivered, the rest released.</summary>
    public async Task SettleAsync(Session session, Job ended)
    {
        var charged = ended.Cost ?? default;
        var month = await balances.SettleAsync(session, ended.KeyId, ended.Held, charged);
        var holds = LedgerAccounts.Holds(ended.KeyId, ended.IsSandbox);
        await ledger.AppendAsync(
            session,
            new LedgerEntry { Kind = LedgerKinds.Charge, FromAccount = holds, ToAccount = LedgerAccounts.Revenue(ended.IsSandbox), Micros = charged.Value, JobId = ended.Id, Month = month },
            new LedgerEntry { Kind = LedgerKinds.Release, FromAccount = holds, ToAccount = LedgerAccounts.Key(ended.KeyId, ended.IsSandbox), Micros = (ended.Held - charged).Value, JobId = ended.Id });
    }

    /// <summary>Writes the end of an attempt and books what it cost upstream: as cost when it was delivered in time, else as a loss.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="job">Its job.</param>
    /// <param name="attempt">The attempt, ended.</param>
    /// <param name="isLate">True when its pictures came after the job's end: nobody is charged for them.</param>
    public async Task AttemptAsync(Session session, Job job, Attempt attempt, bool isLate)
    {
        await AttemptStore.UpdateAsync(session, attempt);
        var isDelivered = attempt.Outcome == Attempt.Delivered && !isLate;
        if (Amount(job, attempt) is not { Value: > 0 } amount || await LedgerStore.IsBookedAsync(session, attempt.JobId, attempt.Number))
        {
            return;
        }

        await ledger.AppendAsync(session, new LedgerEntry
        {
            Kind = isDelivered ? LedgerKinds.Upstream : LedgerKinds.Loss,
            FromAccount = LedgerAccounts.Channel(attempt.Channel, job.IsSandbox),
            ToAccount = isDelivered ? LedgerAccounts.Cost(job.IsSandbox) : LedgerAccounts.Loss(job.IsSandbox),
            Micros = amount.Value,
            JobId = attempt.JobId,
            Attempt = attempt.Number,
            Note = attempt.UpstreamCost is null ? "estimated at the list price" : null,
        });
    }

    /// <summary>An administrator's correction: a positive amount gives the key more to spend.</summary>
    /// <exception cref="GatewayException">There is no such key.</exception>
    public Task AdjustAsync(string keyId, Micros amount, string note, CancellationToken cancellationToken) =>
        database.WriteAsync(
            Locks.Key(keyId),
            async session =>
            {
                var month = await balances.AdjustAsync(session, keyId, amount);
                var key = LedgerAccounts.Key(keyId, isSandbox: false);
                await ledger.AppendAsync(session, new LedgerEntry
                {
                    Kind = LedgerKinds.Adjust,
                    FromAccount = amount.Value > 0 ? LedgerAccounts.Funding : key,
                    ToAccount = amount.Value > 0 ? key : LedgerAccounts.Funding,
                    Micros = Math.Abs(amount.Value),
                    Month = month,
                    Note = note,
                });
            },
            cancellationToken);

    // What the vendor said; where it may have billed for nothing and did not say, what it would have billed at its list price.
    private static Micros? Amount(Job job, Attempt attempt)
    {
        if (attempt.UpstreamCost is { } told)
        {
            return new Micros(told);
        }

        var mayBeBilled = attempt.Outcome is nameof(ErrorKind.UpstreamOutcomeUnknown) or nameof(ErrorKind.UpstreamUnreadable);
        if (!mayBeBilled || job.PerCall is not { } perCall)
        {
            return null;
        }

        return job.Quote.HighestList * Math.Clamp(job.Request.N - (attempt.Part * perCall), 0, perCall);
    }
}
