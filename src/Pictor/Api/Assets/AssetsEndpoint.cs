using Microsoft.Net.Http.Headers;
using Pictor.Assets;
using Pictor.Errors;
using Pictor.Images;

namespace Pictor.Api.Assets;

/// <summary><c>GET /v1/assets/{id}.{ext}</c>: the signature is the right to read, no key is needed.</summary>
internal static class AssetsEndpoint
{
    public static async Task<IResult> GetAsync(HttpContext http, string name, AssetLinks links, IAssetStore store)
    {
        var query = http.Request.Query;
        if (AssetName.Read(name) is not { } asset || links.ValidUntil(name, query["expires"], query["signature"]) is not { } until)
        {
            throw Gone();
        }

        var headers = http.Response.Headers;
        if (await store.DirectLinkAsync(asset, until, http.RequestAborted) is { } direct)
        {
            // Another reader gets another signature, and this one is as good as the link that led here.
            headers.CacheControl = "private, no-store";
            return Results.Redirect(direct.AbsoluteUri);
        }

        var isWhole = HttpMethods.IsGet(http.Request.Method) && http.Request.Headers is { Range.Count: 0, IfNoneMatch.Count: 0, IfModifiedSince.Count: 0 };
        var picture = await store.OpenAsync(asset, isWhole, http.RequestAborted) ?? throw Gone();
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        headers.CacheControl = "private, max-age=3600, immutable";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        return Results.Stream(picture.Bytes, asset.Format.MediaType(), lastModified: picture.ModifiedAt, entityTag: new EntityTagHeaderValue($"\"{asset.Id}\""), enableRangeProcessing: true);
    }

    private static GatewayException Gone() => new(ErrorKind.NotFound, "No such picture, or the link has expired. Read the job again for a fresh link.");
}
