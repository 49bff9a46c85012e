using Pictor.Assets;
using Pictor.Images;
using Pictor.Jobs;

namespace Pictor.Api.Images;

/// <summary>
/// Turns links to the key's own pictures into the pictures: what this gateway has itself need not be fetched, which its guard would
/// refuse wherever the gateway is reached by an inner address.
/// </summary>
internal sealed class OwnPictures(AssetStore assets, IAssetStore files)
{
    private const string Path = "/v1/assets/";

    public async Task<JobOrder> TakeAsync(JobOrder order, RequestBody body, CancellationToken cancellationToken)
    {
        var pictures = new List<IncomingPicture>();
        foreach (var picture in order.Pictures)
        {
            pictures.Add(await TakeAsync(order.Key.Id, picture, body, cancellationToken));
        }

        return order with { Pictures = pictures, Mask = order.Mask is { } mask ? await TakeAsync(order.Key.Id, mask, body, cancellationToken) : null };
    }

    // An id has 160 random bits: whoever knows one and owns its job may have it, whatever host and expiry stand around it.
    private async Task<IncomingPicture> TakeAsync(string keyId, IncomingPicture picture, RequestBody body, CancellationToken cancellationToken)
    {
        if (picture.Link is { } link
            && Uri.TryCreate(link, UriKind.Absolute, out var address)
            && address.AbsolutePath.StartsWith(Path, StringComparison.Ordinal)
            && AssetName.Read(address.AbsolutePath[Path.Length..]) is { } asset
            && await assets.BelongsAsync(asset.Id, keyId, cancellationToken)
            && await files.OpenAsync(asset, isWhole: true, cancellationToken) is { } stored)
        {
            await using var bytes = stored.Bytes;
            return picture with { Link = null, File = await body.CopyAsync(bytes, cancellationToken) };
        }

        return picture;
    }
}
