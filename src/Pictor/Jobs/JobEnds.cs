using Pictor.Storage;
using Pictor.Webhooks;

namespace Pictor.Jobs;

/// <summary>Writes the end of a job: state, money and deliveries, all in the caller's transaction.</summary>
internal sealed class JobEnds(Booking booking, DeliveryStore deliveries, DeliverySignals signals)
{
    /// <param name="session">The transaction.</param>
    /// <param name="ended">The job as it is to be.</param>
    /// <param name="from">Only if it still stands there; null for any state but an end.</param>
    /// <returns>False when the job had ended already, or had moved on: then nothing was written.</returns>
    public async Task<bool> WriteAsync(Session session, Job ended, JobState? from)
    {
        if (!await JobStore.UpdateAsync(session, ended, from))
        {
            return false;
        }

        await booking.SettleAsync(session, ended);
        await deliveries.AddAsync(session, ended.Id, ended.KeyId, ended.State.Event(), ended.Webhook);
        return true;
    }

    /// <summary>To be called when the transaction is on the disk.</summary>
    public void Written(Job ended) => signals.Ended(ended.Id, ended.KeyId);
}
