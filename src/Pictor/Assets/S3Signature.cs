using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pictor.Assets;

/// <summary>
/// AWS Signature Version 4, for headers and for links. Pure. Source: docs.aws.amazon.com, "Create a signed AWS API request"
/// and "Authenticating requests: using query parameters", read 2026-11.
/// </summary>
internal sealed class S3Signature(string accessKey, string secretKey, string region)
{
    /// <summary>The hash of no body.</summary>
    public const string EmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const string Unsigned = "UNSIGNED-PAYLOAD";

    /// <summary>Signs a request: host, time and the hash of the body.</summary>
    /// <param name="request">Its address has no query.</param>
    /// <param name="bodySha256">Hexadecimal.</param>
    /// <param name="now">The store allows 15 minutes.</param>
    public void Sign(HttpRequestMessage request, string bodySha256, DateTimeOffset now)
    {
        var address = request.RequestUri!;
        var time = Time(now);
        const string signed = "host;x-amz-content-sha256;x-amz-date";
        var canonical = $"{request.Method.Method}\n{address.AbsolutePath}\n\nhost:{address.Authority}\nx-amz-content-sha256:{bodySha256}\nx-amz-date:{time}\n\n{signed}\n{bodySha256}";
        request.Headers.TryAddWithoutValidation("x-amz-date", time);
        request.Headers.TryAddWithoutValidation("x-amz-content-sha256", bodySha256);
        request.Headers.TryAddWithoutValidation("Authorization", $"{Algorithm} Credential={accessKey}/{Scope(time)}, SignedHeaders={signed}, Signature={Compute(canonical, time)}");
    }

    /// <summary>A link that carries the right to GET.</summary>
    /// <param name="address">Without a query.</param>
    /// <param name="life">Whole seconds, at most a week.</param>
    /// <param name="now">Its life counts from then.</param>
    public Uri Link(Uri address, TimeSpan life, DateTimeOffset now)
    {
        var time = Time(now);
        var credential = Uri.EscapeDataString($"{accessKey}/{Scope(time)}");
        var query = string.Create(CultureInfo.InvariantCulture, $"X-Amz-Algorithm={Algorithm}&X-Amz-Credential={credential}&X-Amz-Date={time}&X-Amz-Expires={(long)life.TotalSeconds}&X-Amz-SignedHeaders=host");
        var canonical = $"GET\n{address.AbsolutePath}\n{query}\nhost:{address.Authority}\n\nhost\n{Unsigned}";
        return new Uri($"{address.AbsoluteUri}?{query}&X-Amz-Signature={Compute(canonical, time)}");
    }

    private static string Time(DateTimeOffset now) => now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private static byte[] Hmac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private string Scope(string time) => $"{time[..8]}/{region}/s3/aws4_request";

    private string Compute(string canonical, string time)
    {
        var text = $"{Algorithm}\n{time}\n{Scope(time)}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = Hmac(Hmac(Hmac(Hmac(Encoding.UTF8.GetBytes("AWS4" + secretKey), time[..8]), region), "s3"), "aws4_request");
        return Convert.ToHexStringLower(Hmac(key, text));
    }
}
