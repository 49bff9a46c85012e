using Pictor.Errors;
using Pictor.Upstream;

namespace Pictor.Providers;

/// <summary>What the answer to a paid request means when it is not a success: the table "paid once", as far as all vendors agree.</summary>
internal static class SubmitErrors
{
    private const int LongestMessage = 300;

    // What a 403 has to speak of to be the whole channel's trouble.
    private static readonly string[] Credit = ["balance", "credit", "insufficient_user_quota", "overdue"];
    private static readonly string[] Key = ["api key", "api_key", "api-key", "apikey", "authenticat", "unauthorized", "permission", "credential", "invalid token", "invalid_token", "access denied", "accessdenied"];

    /// <summary>Moderation, and the 503 that a vendor documents as refused, are the provider's to see first.</summary>
    public static GatewayError Of(UpstreamAnswer answer, UpstreamErrorBody body, ProviderCall call, string? param, DateTimeOffset now)
    {
        var said = Said(body.Message, call.Channel);
        return answer.Status switch
        {
            401 => new(ErrorKind.UpstreamCredential, "The upstream does not accept the channel's credential."),
            // What one prompt or one model was forbidden for is not everybody's trouble.
            403 when !body.IsVendors || body.Says("prompt", "content") => Forbidden(said),
            403 when body.Says(Credit) => new(ErrorKind.UpstreamCredit, "The channel's account upstream has no credit left."),
            403 when body.Says(Key) && !body.Says("model") => new(ErrorKind.UpstreamCredential, "The upstream does not allow this to the channel's credential."),
            403 => Forbidden(said),
            402 => new(ErrorKind.UpstreamCredit, "The channel's account upstream has no credit left."),
            404 => new(ErrorKind.UpstreamModelMissing, $"The upstream has no model '{call.UpstreamModel}'."),
            429 when body.Says("insufficient_quota") => new(ErrorKind.UpstreamCredit, "The channel's account upstream has no credit left."),
            429 => new(ErrorKind.UpstreamRateLimited, "The upstream refused for its rate limit.", RetryAfter: answer.RetryAfter(now) ?? body.RetryAfter),
            // By their definition these three were not acted upon, and where they lead is nobody's to follow with a credential.
            301 or 307 or 308 => new(ErrorKind.UpstreamUnreachable, "The channel's address redirects to another one, which is not followed."),
            >= 400 and < 500 and not 408 and not 499 => new(ErrorKind.UpstreamRefused, said.Length > 0 ? $"The upstream refused the request: {said}" : $"The upstream refused the request with HTTP {answer.Status}.", param),
            _ => new(ErrorKind.UpstreamOutcomeUnknown, $"The upstream answered the request with HTTP {answer.Status}. It may have run, so it is not sent again."),
        };
    }

    /// <summary>What the answer to a question that costs nothing says about the channel.</summary>
    public static GatewayError OfTest(UpstreamAnswer answer, DateTimeOffset now)
    {
        var body = UpstreamErrorBody.Read(answer.Body);
        return answer.Status switch
        {
            401 => new(ErrorKind.UpstreamCredential, "The upstream does not accept the channel's credential."),
            402 => new(ErrorKind.UpstreamCredit, "The channel's account upstream has no credit left."),
            403 when body.Says(Credit) => new(ErrorKind.UpstreamCredit, "The channel's account upstream has no credit left."),
            403 => new(ErrorKind.UpstreamCredential, "The upstream does not allow this to the channel's credential."),
            429 => new(ErrorKind.UpstreamRateLimited, "The upstream refused for its rate limit.", RetryAfter: answer.RetryAfter(now) ?? body.RetryAfter),
            _ => new(ErrorKind.UpstreamUnreachable, $"The upstream answered with HTTP {answer.Status}; is the channel's address right?"),
        };
    }

    /// <summary>A 2xx that says nothing usable: whatever it stood for is billed and lost.</summary>
    public static ProviderOutcome Unreadable(string what) => new ProviderOutcome.Failed(new GatewayError(ErrorKind.UpstreamUnreadable, $"The upstream answered {what}."));

    private static GatewayError Forbidden(string said) =>
        new(ErrorKind.UpstreamForbidden, said.Length > 0 ? $"The upstream forbade the request: {said}" : "The upstream forbade the request with HTTP 403.");

    /// <summary>A vendor's own words, fit to be shown.</summary>
    public static string Said(string? text, ChannelSettings channel) => Redaction.Text(text, LongestMessage, channel.Credential?.Value);
}
