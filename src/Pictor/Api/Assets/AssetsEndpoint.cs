using Microsoft.Net.Http.Headers;
using Pictor.Assets;
using Pictor.Errors;
using Pictor.Images;

namespace Pictor.Api.Assets;

/// <summary><c>GET /v1/assets/{id}.{ext}</c>: the signature is the right to read, no key is needed.</summary>
internal static class AssetsEndpoint
{
    public static IResult Get(HttpContext http, string name, AssetLinks links, FileAssetStore files)
    {
        var query = http.Request.Query;
        if (FileAssetStore.Read(name) is not { } asset || !links.IsValid(name, query["expires"], query["signature"]))
        {
            throw Gone();
        }

        var file = new FileInfo(files.PathOf(asset.Id, asset.Format));
        if (!file.Exists)
        {
            throw Gone();
        }

        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        headers.CacheControl = "private, max-age=3600, immutable";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        return Results.File(file.FullName, asset.Format.MediaType(), lastModified: file.LastWriteTimeUtc, entityTag: new EntityTagHeaderValue($"\"{asset.Id}\""), enableRangeProcessing: true);
    }

    private static GatewayException Gone() => new(ErrorKind.NotFound, "No such picture, or the link has expired. Read the job again for a fresh link.");
}
