using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Pictor.Errors;
using Pictor.Images;
using Pictor.Imaging;
using Pictor.Storage;
using Pictor.Upstream;

namespace Pictor.Assets;

/// <summary>Brings pictures here at once, since vendors' links die in minutes: fetched, checked, put into the wanted format, measured, stored.</summary>
internal sealed class AssetFetcher(UpstreamClient upstream, FileAssetStore files, InputStore inputs, RowIds ids, IOptions<UpstreamOptions> options, TimeProvider time)
{
    private const int ConversionQuality = 95;

    /// <summary>Fetches a reference image that came as a link; a picture that is here already is left alone.</summary>
    /// <exception cref="GatewayException"><see cref="ErrorKind.BadReferenceImage"/>.</exception>
    public async Task<ReferenceImage> FetchInputAsync(string jobId, string name, ReferenceImage picture, string workFolder, CancellationToken cancellationToken)
    {
        if (picture.InputId is not null)
        {
            return picture;
        }

        var file = Path.Combine(workFolder, name + ".fetched");
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
        if (file is null)
        {
            file = Path.Combine(place.WorkFolder, $"result-{place.Position}");
            var limits = FetchLimits.ForReference(options.Value, param: null) with { Failure = new GatewayError(ErrorKind.UpstreamUnreadable, "The upstream's link to the picture could not be fetched.") };
            await upstream.FetchPictureAsync(link!.AbsoluteUri, file, limits, cancellationToken);
        }

        return await Task.Run(() => Store(file, place, cancellationToken), cancellationToken);
    }

    private Asset Store(string file, AssetPlace place, CancellationToken cancellationToken)
    {
        var wanted = place.Format;
        var finished = file + ".clean";
        try
        {
            var header = PictureCleaner.Clean(file, finished, PictureLimits.Default, cancellationToken);
            if (header.Format.ToOutput() != wanted)
            {
                var converted = file + ".converted";
                using (var picture = Picture.Open(finished, PictureLimits.Default))
                {
                    picture.Save(converted, new PictureEncoding(wanted.ToPicture(), ConversionQuality));
                }

                finished = converted;
                header = PictureProbe.Read(finished, PictureLimits.Default);
            }

            var id = ids.Unguessable("img");
            var (bytes, sha256) = Measure(finished);
            files.Add(finished, id, wanted);
            return new Asset
            {
                Id = id,
                JobId = place.JobId,
                Position = place.Position,
                Format = wanted,
                Width = header.Width,
                Height = header.Height,
                Bytes = bytes,
                Sha256 = sha256,
                CreatedAt = time.GetUtcNow(),
                ExpiresAt = place.KeepUntil,
            };
        }
        catch (PictureException fault)
        {
            throw new GatewayException(new GatewayError(ErrorKind.UpstreamUnreadable, "The upstream answered with something that is not a usable picture."), fault);
        }
    }

    private static (long Bytes, string Sha256) Measure(string path)
    {
        using var stream = File.OpenRead(path);
        return (stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }
}

/// <summary>Where a picture goes.</summary>
/// <param name="JobId">The job it belongs to.</param>
/// <param name="Position">Its place among the job's pictures, from 0.</param>
/// <param name="Format">What the answer promises.</param>
/// <param name="WorkFolder">For files on the way.</param>
/// <param name="KeepUntil">When it may be removed.</param>
internal sealed record AssetPlace(string JobId, int Position, OutputFormat Format, string WorkFolder, DateTimeOffset KeepUntil);
