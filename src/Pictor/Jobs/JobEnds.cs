using Pictor.Errors;
using Pictor.Storage;
using Pictor.Telemetry;
using Pictor.Webhooks;

namespace Pictor.Jobs;

/// <summary>Writes the end of a job: state, money and deliveries, all in the caller's transaction.</summary>
internal sealed partial class JobEnds(Booking booking, DeliveryStore deliveries, DeliverySignals signals, GatewayMetrics metrics, ILogger<JobEnds> log)
{
    /// <param name="session">The transaction.</param>
    /// <param name="ended">The job as it is to be.</param>
    /// <param name="from">Only if it still stands there; null for any state but an end.</param>
    /// <returns>How many deliveries it has; null when the job had ended already, or had moved on: then nothing was written.</returns>
    public async Task<int?> WriteAsync(Session session, Job ended, JobState? from)
    {
        if (!await JobStore.UpdateAsync(session, ended, from))
        {
            return null;
        }

        await booking.SettleAsync(session, ended);
        return await deliveries.AddAsync(session, ended.Id, ended.KeyId, ended.State.Event(), ended.Webhook);
    }

    /// <summary>To be called when the transaction is on the disk.</summary>
    public void Written(Job ended, int deliveryCount)
    {
        signals.Ended(ended.Id, ended.KeyId, deliveryCount);
        metrics.JobEnded(new EndedFacts(
            ended.Request.Model,
            ended.State.Status(),
            ended.Error?.EffectiveCode,
            ended.Channel ?? "",
            ended.Result?.Images.Count ?? 0,
            (ended.Cost ?? default).Value,
            ended.IsSandbox));
        if (ended.Error is { Kind: not ErrorKind.Cancelled } error)
        {
            // What its caller has to act on disturbs nobody else. The message stays in the row: vendors repeat prompts in theirs.
            var level = ErrorTable.Row(error.Kind).Side == ErrorSide.Client ? LogLevel.Information : LogLevel.Warning;
            Log.Failed(log, level, ended.Id, error.EffectiveCode ?? error.Kind.ToString(), ended.Request.Model, ended.Channel ?? "none");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Message = "Job {JobId} failed: {Code}; model {Model}, channel {Channel}.")]
        public static partial void Failed(ILogger logger, LogLevel level, string jobId, string code, string model, string channel);
    }
}
