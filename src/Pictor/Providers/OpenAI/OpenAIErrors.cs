using Pictor.Errors;

namespace Pictor.Providers.OpenAI;

/// <summary>What an error of OpenAI, Azure or a relay means. Pure.</summary>
internal static class OpenAIErrors
{
    private const string Blocked = "moderation_blocked";

    // Relays refuse for these before they ask anybody, whatever status they write above it.
    private static readonly string[] NoCredit = ["insufficient_quota", "insufficient_user_quota", "billing_hard_limit_reached", "pre_consume_token_quota_failed"];
    private static readonly string[] NoModel = ["model_not_found", "DeploymentNotFound", "model_not_available"];
    private static readonly string[] Moderation = ["content_policy_violation", Blocked, "ResponsibleAIPolicyViolation", "content_filter", "contentFilter", "sensitive_words", "safety system", "content policy violation", "内容违规"];

    // platform.openai.com/docs/guides/error-codes, 2026-08: both are said before any work; the last two are new-api's.
    private static readonly string[] NotStarted = ["currently overloaded", "slow down", "get_channel_failed", "no available channel"];

    /// <summary>The error of an answer that is no success.</summary>
    public static GatewayError Of(UpstreamAnswer answer, ProviderCall call, DateTimeOffset now)
    {
        var body = UpstreamErrorBody.Read(answer.Body);
        return Known(body, call) ?? answer.Status switch
        {
            503 when body.IsErrorObject && body.Says(NotStarted) => new(ErrorKind.UpstreamUnreachable, "The upstream is overloaded and has not begun."),
            _ => SubmitErrors.Of(answer, body, call, body.Field, now),
        };
    }

    /// <summary>The error that a 200 holds, or an event of a stream. Nothing came of it, and it may be billed.</summary>
    /// <param name="body">The error.</param>
    /// <param name="call">The call.</param>
    /// <param name="hasBegun">True when something of the work was seen: then it was not refused before, whatever it says.</param>
    public static GatewayError InSuccess(UpstreamErrorBody body, ProviderCall call, bool hasBegun)
    {
        var said = SubmitErrors.Said(body.Message, call.Channel);
        return (hasBegun ? Moderated(body, call) : Known(body, call)) ?? new(ErrorKind.UpstreamFailed, said.Length > 0 ? $"The upstream failed: {said}" : "The upstream failed and does not say why.");
    }

    /// <summary>A refusal for what the request shows, or null.</summary>
    public static GatewayError? Moderated(UpstreamErrorBody body, ProviderCall call)
    {
        if (!body.Says(Moderation))
        {
            return null;
        }

        var said = SubmitErrors.Said(body.Message, call.Channel);
        return new(ErrorKind.Moderated, said.Length > 0 ? $"The upstream refused the content: {said}" : "The upstream refused the content.", Code: body.Says(Blocked) ? Blocked : null);
    }

    private static GatewayError? Known(UpstreamErrorBody body, ProviderCall call)
    {
        if (Moderated(body, call) is { } moderated)
        {
            return moderated;
        }

        return body.Code switch
        {
            { } code when NoCredit.Contains(code) => new(ErrorKind.UpstreamCredit, "The channel's account upstream has no credit left."),
            { } code when NoModel.Contains(code) => new(ErrorKind.UpstreamModelMissing, $"The upstream has no model '{call.UpstreamModel}'."),
            _ => null,
        };
    }
}
