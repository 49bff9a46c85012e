using Microsoft.Extensions.Options;
using Pictor.Errors;
using Pictor.Images;
using Pictor.Imaging;
using Pictor.Storage;
using Pictor.Telemetry;
using Pictor.Upstream;

namespace Pictor.Assets;

/// <summary>Brings pictures here at once, since vendors' links die in minutes: fetched, checked, put into the wanted format, measured, stored.</summary>
internal sealed partial class AssetFetcher(UpstreamClient upstream, IAssetStore files, InputStore inputs, RowIds ids, IOptions<UpstreamOptions> options, TimeProvider time, ILogger<AssetFetcher> log)
{
    private const int ConversionQuality = 95;
    private static readonly PictureLimits MadeLimits = PictureLimits.Default with { MaxBytes = long.MaxValue };
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

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

    /// <summary>
    /// Stores a picture that an upstream made. Its bytes are in their place afterwards; its row is the caller's to write. It is
    /// paid for: what may pass is tried again, a link for minutes, a disk that takes nothing until <paramref name="until"/>.
    /// </summary>
    /// <param name="file">The bytes as the upstream gave them, or null when there is a link.</param>
    /// <param name="link">The upstream's link to them, or null.</param>
    /// <param name="place">Whose it is, and what the answer promises.</param>
    /// <param name="until">When to give up.</param>
    /// <param name="cancellationToken">Ends the fetch and the pauses early.</param>
    /// <exception cref="GatewayException"><see cref="ErrorKind.UpstreamUnreadable"/>: it is no picture, cannot be fetched, or could not be stored all that time.</exception>
    public async Task<Asset> StoreAsync(string? file, Uri? link, AssetPlace place, DateTimeOffset until, CancellationToken cancellationToken)
    {
        using var span = GatewayTracing.StartStore(place.JobId);
        if (file is null)
        {
            file = Path.Combine(place.WorkFolder, $"result-{place.Position}");
            await upstream.FetchPictureAsync(link!.AbsoluteUri, file, FetchLimits.ForResult(options.Value), cancellationToken);
        }

        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                // Not interrupted: what is here is put in its place.
                var (finished, asset) = await Task.Run(() => Finish(file, place), CancellationToken.None);
                await files.AddAsync(finished, new AssetName(asset.Id, asset.Format), asset.Sha256, CancellationToken.None);
                return asset;
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                Log.NotStored(log, fault, place.JobId);
                if (time.GetUtcNow() + pause > until || !File.Exists(file))
                {
                    throw new GatewayException(new GatewayError(ErrorKind.UpstreamUnreadable, "The picture came, and could not be stored."), fault);
                }

                await Task.Delay(pause, time, cancellationToken);
                Renew(file);
            }
        }
    }

    // After a sync that failed the kernel may call pages clean that never reached the disk, so the next try has to write them anew.
    private void Renew(string file)
    {
        var copy = file + ".again";
        try
        {
            File.Copy(file, copy, overwrite: true);
            File.Move(copy, file, overwrite: true);
        }
        catch (IOException fault)
        {
            // The disk still takes nothing: the next try says so.
            Log.NotRenewed(log, fault);
            File.Delete(copy);
        }
    }

    private (string File, Asset Asset) Finish(string file, AssetPlace place)
    {
        var wanted = place.Format;
        try
        {
            var made = PictureCleaner.CleanMade(file, file + ".clean", MadeLimits, CancellationToken.None);
            if (made.Header.Format.ToOutput() != wanted)
            {
                var converted = file + ".converted";
                using (var picture = Picture.Open(made.Path, MadeLimits))
                {
                    picture.Save(converted, new PictureEncoding(wanted.ToPicture(), ConversionQuality));
                }

                made = CleanPicture.Of(converted, PictureProbe.Read(converted, MadeLimits));
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

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Critical, "A picture of job {JobId} came and cannot be stored; it is tried again.")]
        public static partial void NotStored(ILogger logger, Exception fault, string jobId);

        [LoggerMessage(2, LogLevel.Warning, "The disk takes no copy of the picture either.")]
        public static partial void NotRenewed(ILogger logger, Exception fault);
    }
}

/// <summary>Where a picture goes.</summary>
/// <param name="JobId">The job it belongs to.</param>
/// <param name="Position">Its place among the job's pictures, from 0.</param>
/// <param name="Format">What the answer promises.</param>
/// <param name="WorkFolder">For files on the way.</param>
/// <param name="KeepUntil">When it may be removed.</param>
internal sealed record AssetPlace(string JobId, int Position, OutputFormat Format, string WorkFolder, DateTimeOffset KeepUntil);
