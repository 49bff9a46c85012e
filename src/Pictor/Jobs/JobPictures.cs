using Pictor.Assets;
using Pictor.Catalog;
using Pictor.Errors;
using Pictor.Providers;
using Pictor.Routing;

namespace Pictor.Jobs;

/// <summary>Puts what an attempt brought in its place, before anything is written of it.</summary>
internal sealed partial class JobPictures(AssetFetcher fetcher, IAssetStore store, AssetLinks links, ModelCatalog catalog, TimeProvider time, ILogger<JobPictures> log)
{
    // A picture that came late is worth as much patience as one that came in the last moment.
    private static readonly TimeSpan LateTime = TimeSpan.FromMinutes(10);

    /// <summary>Fetches, checks and stores the pictures of an attempt, at once: vendors' links die in minutes.</summary>
    public async Task<(IReadOnlyList<Asset> Assets, GatewayError? Error)> StoreAsync(Job job, Attempt attempt, ProviderOutcome.Done done, string workFolder, bool isLate, CancellationToken stopping)
    {
        var request = job.Request;
        var offset = attempt.Part * job.PerCall!.Value;
        var wanted = Math.Min(job.PerCall.Value, request.N - offset);
        var reportsSeed = catalog.CapabilitiesOf(request.Model).Accepts("seed");
        var isSeedKept = request.Gave("seed") && !done.Warnings.Any(warning => warning.Param == "seed");
        var assets = new List<Asset>();
        var now = time.GetUtcNow();
        var until = job.DeadlineAt > now + LateTime ? job.DeadlineAt : now + LateTime;
        GatewayError? error = null;
        foreach (var image in done.Images.Take(wanted))
        {
            try
            {
                var position = offset + assets.Count;
                var place = new AssetPlace(job.Id, position, request.OutputFormat, workFolder, links.KeepUntil(time.GetUtcNow(), request.UrlExpiresIn));
                var asset = await fetcher.StoreAsync(image.File, image.Link, place, until, stopping);
                assets.Add(asset with
                {
                    IsLate = isLate,
                    RevisedPrompt = image.RevisedPrompt,

                    // Whatever else the vendor said decides nothing.
                    Quality = image.Quality is { } quality && job.Quote.Knows(quality) ? quality : null,
                    Seed = reportsSeed ? image.Seed ?? done.Seed ?? (isSeedKept ? unchecked(request.Seed + (uint)position) : null) : null,
                });
            }
            catch (GatewayException fault)
            {
                error = fault.Error;
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                Log.NotStored(log, fault, job.Id);
                error = new GatewayError(ErrorKind.UpstreamUnreadable, "The picture came, and the gateway failed while it stored it.");
            }
        }

        error ??= new GatewayError(ErrorKind.UpstreamUnreadable, "The upstream answered without a picture.");
        return (assets, assets.Count == 0 ? error : null);
    }

    /// <summary>Takes away pictures that came for a job that was over.</summary>
    public async Task RemoveAsync(PartDelivery delivery)
    {
        foreach (var asset in delivery.Assets)
        {
            try
            {
                await store.RemoveAsync(new AssetName(asset.Id, asset.Format), CancellationToken.None);
            }
            catch (GatewayException fault)
            {
                Log.NotRemoved(log, fault, asset.Id);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2, LogLevel.Error, "A picture of job {JobId} was lost by a fault of the gateway.")]
        public static partial void NotStored(ILogger logger, Exception fault, string jobId);

        [LoggerMessage(1, LogLevel.Warning, "The picture {Id} of a job that was over stays in the store without a row.")]
        public static partial void NotRemoved(ILogger logger, Exception fault, string id);
    }
}
