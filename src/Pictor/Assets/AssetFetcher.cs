using Microsoft.Extensions.Options;
using Pictor.Errors;
using Pictor.Images;
using Pictor.Imaging;
using Pictor.Storage;
using Pictor.Telemetry;
using Pictor.Upstream;

namespace Pictor.Assets;

/// <summary>Brings pictures here at once, since vendors' links die in minutes: fetched, checked, put into the wanted format, measured, stored.</summary>
internal sealed class AssetFetcher(UpstreamClient upstream, IAssetStore files, InputStore inputs, RowIds ids, IOptions<UpstreamOptions> options, TimeProvider time)
{
    private const int ConversionQuality = 95;

    /// <summary>Fetches a reference image that came as a link; a picture that is here already is left alone.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="name">Its name among the job's inputs, without an ending.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="workFolder">For the bytes on the way; may be null for a picture that is here.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="GatewayException"><see cref="ErrorKind.BadReferenceImage"/>.</exception>
    public async Task<ReferenceImage> FetchInputAsync(string jobId, string name, ReferenceImage picture, string? workFolder, CancellationToken cancellationToken)
    {
        if (picture.InputId is { } inputId && inputs.Has(jobId, inputId))
        {
            return picture;
        }

        if (picture.Link is null)
        {
            throw new GatewayException(
                ErrorKind.Internal,
                $"{picture.Param} is on the disk of a replica that is gone. Replicas need a folder in common (Pictor:Storage:SharedFolder). Nothing was charged.",
                picture.Param);
        }

        var file = Path.Combine(workFolder!, name + ".fetched");
        await upstream.FetchPictureAsync(picture.Link!, file, FetchLimits.ForReference(options.Value, picture.Param), cancellationToken);
        try
        {
            return await Task.Run(() => inputs.Add(jobId, name, file, picture, cancellationToken), cancellationToken);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Stores a picture that an upstream made. Its bytes are in their place afterwards; its row is the caller's to write.</summary>
    /// <param name="file">The bytes as the upstream gave them, or null when there is a link.</param>
    /// <param name="link">The upstream's link to them, or null.</param>
    /// <param name="place">Whose it is, and what the answer promises.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="GatewayException"><see cref="ErrorKind.UpstreamUnreadable"/>: it is no picture, or cannot be fetched.</exception>
    public async Task<Asset> StoreAsync(string? file, Uri? link, AssetPlace place, CancellationToken cancellationToken)
    {
        using var span = GatewayTracing.StartStore(place.JobId);
        if (file is null)
        {
            file = Path.Combine(place.WorkFolder, $"result-{place.Position}");
            var limits = FetchLimits.ForReference(options.Value, param: null) with { Failure = new GatewayError(ErrorKind.UpstreamUnreadable, "The upstream's link to the picture could not be fetched.") };
            await upstream.FetchPictureAsync(link!.AbsoluteUri, file, limits, cancellationToken);
        }

        var (finished, asset) = await Task.Run(() => Finish(file, place, cancellationToken), cancellationToken);
        await files.AddAsync(finished, new AssetName(asset.Id, asset.Format), asset.Sha256, cancellationToken);
        return asset;
    }

    private (string File, Asset Asset) Finish(string file, AssetPlace place, CancellationToken cancellationToken)
    {
        var wanted = place.Format;
        try
        {
            var made = PictureCleaner.CleanMade(file, file + ".clean", PictureLimits.Default, cancellationToken);
            if (made.Header.Format.ToOutput() != wanted)
            {
                var converted = file + ".converted";
                using (var picture = Picture.Open(made.Path, PictureLimits.Default))
                {
                    picture.Save(converted, new PictureEncoding(wanted.ToPicture(), ConversionQuality));
                }

                made = CleanPicture.Of(converted, PictureProbe.Read(converted, PictureLimits.Default));
            }

            return (made.Path, new Asset
            {
                Id = ids.Unguessable("img"),
                JobId = place.JobId,
                Position = place.Position,
                Format = wanted,
                Width = made.Header.Width,
                Height = made.Header.Height,
                Bytes = made.Bytes,
                Sha256 = made.Sha256,
                CreatedAt = time.GetUtcNow(),
                ExpiresAt = place.KeepUntil,
            });
        }
        catch (PictureException fault)
        {
            throw new GatewayException(new GatewayError(ErrorKind.UpstreamUnreadable, "The upstream answered with something that is not a usable picture."), fault);
        }
    }
}

/// <summary>Where a picture goes.</summary>
/// <param name="JobId">The job it belongs to.</param>
/// <param name="Position">Its place among the job's pictures, from 0.</param>
/// <param name="Format">What the answer promises.</param>
/// <param name="WorkFolder">For files on the way.</param>
/// <param name="KeepUntil">When it may be removed.</param>
internal sealed record AssetPlace(string JobId, int Position, OutputFormat Format, string WorkFolder, DateTimeOffset KeepUntil);
