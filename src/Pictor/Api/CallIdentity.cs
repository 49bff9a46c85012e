using System.Globalization;
using Pictor.Images;
using Pictor.Jobs;

namespace Pictor.Api;

/// <summary>Reads what a call is recognised by: its <c>Idempotency-Key</c>, or what an SDK says about its retries.</summary>
internal static class CallIdentity
{
    private const int LongestKey = 255;

    /// <summary>To be asked before anything is taken out of the body's fields; null when the call cannot be recognised again.</summary>
    public static IdempotencyKey? Of(HttpContext http, RequestBody body)
    {
        var headers = http.Request.Headers;
        var key = headers["Idempotency-Key"].ToString().Trim();
        if (key.Length > LongestKey)
        {
            throw RequestRules.Invalid($"Idempotency-Key must be at most {LongestKey} characters", "Idempotency-Key");
        }

        var isSdk = int.TryParse(headers["x-stainless-retry-count"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var retries);
        if (key.Length == 0 && !isSdk)
        {
            return null;
        }

        var fingerprint = body.FingerprintAt(http.Request.Path);
        return key.Length > 0
            ? new IdempotencyKey("key:" + key, fingerprint, IsCallers: true, retries > 0)
            : new IdempotencyKey("sdk:" + fingerprint, fingerprint, IsCallers: false, retries > 0);
    }
}
