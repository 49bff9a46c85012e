using Microsoft.Extensions.Options;
using Pictor.Assets;
using Pictor.Catalog;
using Pictor.Errors;
using Pictor.Images;
using Pictor.Keys;
using Pictor.Ledger;
using Pictor.Routing;
using Pictor.Storage;
using Pictor.Telemetry;
using Pictor.Webhooks;

namespace Pictor.Jobs;

/// <summary>Where every door's request becomes a job: nothing is done for it before its row is on the disk.</summary>
internal sealed class JobIntake(
    ModelCatalog catalog,
    InputStore inputs,
    Idempotency idempotency,
    JobPartials partials,
    AttemptLoop loop,
    AttemptOrders orders,
    Booking booking,
    IRateLimits rates,
    Sealed secrets,
    Database database,
    JobQueue queue,
    RowIds ids,
    DataFolder folder,
    JobDrain drain,
    Replica replica,
    Hints hints,
    IOptions<JobsOptions> options,
    TimeProvider time)
{
    private const int MostOwnWaiting = 32;

    /// <summary>Checks, fits, stores and queues a request.</summary>
    /// <returns>The job, which runs by now whatever becomes of the caller.</returns>
    /// <exception cref="GatewayException">What is wrong with the request; then there is no job and no file.</exception>
    public async Task<AcceptedJob> AcceptAsync(JobOrder order, CancellationToken cancellationToken)
    {
        if (await idempotency.FindAsync(order, cancellationToken) is { } known)
        {
            return known;
        }

        // Another replica runs what a stopping one still accepts: whoever sent it could not know yet.
        if (drain.IsStopping && replica.Others == 0)
        {
            throw Stopping();
        }

        if (!folder.HasRoom())
        {
            throw new GatewayException(new GatewayError(ErrorKind.StorageUnavailable, "The gateway's disk is nearly full; it takes no new work.", RetryAfter: TimeSpan.FromSeconds(60)));
        }

        var model = catalog.Find(RequestRules.Text(order.Fields, "model"));
        if (!order.Key.MayUse(model.Name))
        {
            throw new GatewayException(ErrorKind.ModelNotAllowed, $"This key may not use the model '{model.Name}'.", "model");
        }

        var jobId = ids.Ordered("gen");
        try
        {
            var plan = RequestPlan.Of(order, model, loop.PassesUnjudged(model.Name));
            await rates.TakeAsync(order.Key, plan.Count);
            var references = await StoreAsync(jobId, order, plan, cancellationToken);
            var isLocal = !folder.IsShared && references.Pictures.Append(references.Mask).Any(picture => picture is { InputId: not null });
            if (isLocal && drain.IsStopping)
            {
                throw Stopping();
            }

            var (request, warnings) = plan.Fit(references.Pictures, references.Mask);
            var now = time.GetUtcNow();
            var quote = model.Price!.QuoteFor(request.Quality, request.Size);
            var job = new Job
            {
                Id = jobId,
                KeyId = order.Key.Id,
                State = JobState.Reserved,
                Request = request,
                Warnings = [.. order.Warnings, .. warnings],
                CreatedAt = now,
                DeadlineAt = now + options.Value.Deadline,
                Origin = order.Origin,
                RequestId = order.RequestId,
                Trace = GatewayTracing.Current,
                Quote = quote,
                Held = CostCalculator.Hold(quote, request.N),
                IsSandbox = loop.IsSandbox(model.Name),
                Webhook = RequestRules.WebhookUrl(order.Fields) is { } url
                    ? new Webhook(url, RequestRules.WebhookSecret(order.Fields) is { } secret ? secrets.Seal(secret, Webhook.JobOwner(jobId)) : null)
                    : null,
            };

            RefuseIfStrict(order, job);

            // Whoever accepts a job runs it, unless it has enough to do already and others might not; its pictures may be only here.
            var isOwn = replica.Others == 0 || isLocal || (!drain.IsStopping && (order.PartialImages > 0 || queue.Depth < MostOwnWaiting));
            job = job with { Owner = isOwn ? replica.Id : null, Generation = 1 };

            // The caller may be gone by now; what it asked for was understood and is not half accepted.
            var earlier = await database.WriteAsync(
                KeyBalances.LockOf(job.KeyId),
                async session =>
                {
                    var quicker = await idempotency.ClaimAsync(session, order, job);
                    if (quicker is null)
                    {
                        await booking.HoldAsync(session, job);
                        await JobStore.InsertAsync(session, job);
                    }

                    return quicker;
                },
                CancellationToken.None);
            if (earlier is not null)
            {
                inputs.Remove(jobId);
                return earlier;
            }

            var seen = isOwn && order.PartialImages > 0 ? partials.Want(jobId, order.PartialImages) : null;
            if (isOwn)
            {
                queue.Add(job);
            }
            else
            {
                hints.Tell(Hints.Waiting);
            }

            return idempotency.New(order, job) with { Partials = seen };
        }
        catch
        {
            inputs.Remove(jobId);
            throw;
        }
    }

    private static GatewayException Stopping() =>
        new(new GatewayError(ErrorKind.Stopping, "The gateway is stopping; try again in a moment.", RetryAfter: TimeSpan.FromSeconds(5)));

    private void RefuseIfStrict(JobOrder order, Job job)
    {
        if (!order.IsStrict)
        {
            return;
        }

        // What the channels' own models would adapt is known before they are asked, too; one that adapts nothing is enough.
        Warning[] warnings = [.. job.Warnings, .. loop.UnavoidableAdaptations(orders.Of(job))];
        if (warnings.Length > 0)
        {
            throw new GatewayException(Warning.Refusal(warnings));
        }
    }

    private async Task<(IReadOnlyList<ReferenceImage> Pictures, ReferenceImage? Mask)> StoreAsync(string jobId, JobOrder order, RequestPlan plan, CancellationToken cancellationToken)
    {
        var pictures = new List<ReferenceImage>();
        foreach (var picture in plan.Pictures)
        {
            pictures.Add(await StoreAsync(jobId, InputNames.Reference(pictures.Count), picture, cancellationToken));
        }

        var mask = order.Mask is { } given ? await StoreAsync(jobId, InputNames.Mask, given, cancellationToken) : null;
        return (pictures, mask);
    }

    private async Task<ReferenceImage> StoreAsync(string jobId, string name, IncomingPicture picture, CancellationToken cancellationToken)
    {
        var reference = new ReferenceImage(picture.Param, picture.Link, InputId: null);
        return picture.File is { } file
            ? await Task.Run(() => inputs.Add(jobId, name, file, reference, cancellationToken), cancellationToken)
            : reference;
    }
}

/// <summary>What a door hands over: the parameters and pictures as they came, and who asks.</summary>
internal sealed record JobOrder
{
    public required ApiKey Key { get; init; }

    public required RequestFields Fields { get; init; }

    /// <summary>The text without leading pictures.</summary>
    public required string Prompt { get; init; }

    /// <summary>A picture is to be drawn anew, and the prompt is the door's own.</summary>
    public bool IsVariation { get; init; }

    /// <summary>Reference images in order, the prompt's leading ones first.</summary>
    public required IReadOnlyList<IncomingPicture> Pictures { get; init; }

    public IncomingPicture? Mask { get; init; }

    /// <summary>What the door itself adapted or ignored.</summary>
    public IReadOnlyList<Warning> Warnings { get; init; } = [];

    /// <summary>With <c>Pictor-Strict: true</c> a warning is an error.</summary>
    public bool IsStrict { get; init; }

    /// <summary>How many unfinished states of each picture the caller wants to see, 0 to 3.</summary>
    public int PartialImages { get; init; }

    /// <summary>What the call is recognised by when it comes again, or null.</summary>
    public IdempotencyKey? Idempotency { get; init; }

    public required string Origin { get; init; }

    public required string RequestId { get; init; }
}

/// <summary>The names of a job's inputs on disk.</summary>
internal static class InputNames
{
    public const string Mask = "mask";

    public static string Reference(int position) => $"reference-{position}";
}
