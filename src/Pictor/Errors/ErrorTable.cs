using System.Collections.Frozen;

namespace Pictor.Errors;

/// <summary>Who has to act when an error of this kind appears.</summary>
internal enum ErrorSide
{
    Client,
    Gateway,
    Upstream,
}

/// <summary>What one <see cref="ErrorKind"/> means.</summary>
/// <param name="Kind">The kind the row is about.</param>
/// <param name="Side">Who has to act.</param>
/// <param name="Status">HTTP status given to the caller.</param>
/// <param name="Type">OpenAI's <c>type</c>.</param>
/// <param name="Code">OpenAI's <c>code</c>, or null.</param>
/// <param name="TryNextChannel">True only where it is known that nothing was accepted upstream.</param>
/// <param name="HurtsHealth">Whether the channel's breaker counts it.</param>
/// <param name="SdkMayRetry">False writes <c>x-should-retry: false</c>: a new try could pay twice or cannot help.</param>
/// <param name="Meaning">One sentence for docs/errors.md.</param>
internal sealed record ErrorRow(
    ErrorKind Kind,
    ErrorSide Side,
    int Status,
    string Type,
    string? Code,
    bool TryNextChannel,
    bool HurtsHealth,
    bool SdkMayRetry,
    string Meaning);

/// <summary>One row per <see cref="ErrorKind"/>; docs/errors.md is generated from it.</summary>
internal static class ErrorTable
{
    private const string Invalid = "invalid_request_error";
    private const string Server = "server_error";
    private const string Upstream = "api_error";

    /// <summary>All rows in the order of the enumeration.</summary>
    public static IReadOnlyList<ErrorRow> Rows { get; } =
    [
        Client(ErrorKind.InvalidRequest, 400, null, "A parameter is missing, malformed or out of range; `param` names it."),
        Client(ErrorKind.InvalidJson, 400, "invalid_json", "The body cannot be read as what its Content-Type says."),
        Client(ErrorKind.InvalidApiKey, 401, "invalid_api_key", "The key is missing, unknown, disabled or expired."),
        Client(ErrorKind.AdminKeyRequired, 403, "admin_key_required", "The route needs an admin key."),
        Client(ErrorKind.ModelNotAllowed, 403, "model_not_allowed", "The key may not use this model."),
        Client(ErrorKind.ModelNotFound, 404, "model_not_found", "No model of this name is in the catalogue."),
        Client(ErrorKind.NotFound, 404, "not_found", "No such path, job or asset, or it belongs to another key, or its link expired."),
        Client(ErrorKind.MethodNotAllowed, 405, "method_not_allowed", "The path exists, the method does not."),
        Client(ErrorKind.NotCancellable, 409, "not_cancellable", "The job has ended, or was already handed to an upstream that cannot take it back.", sdkMayRetry: false),
        Client(ErrorKind.IdempotencyMismatch, 422, "idempotency_key_reused", "The `Idempotency-Key` was used with another request.", sdkMayRetry: false),
        Client(ErrorKind.BodyTooLarge, 413, "request_too_large", "The body or one picture in it is larger than the limit."),
        Client(ErrorKind.UnsupportedMediaType, 415, "unsupported_media_type", "The door does not take this Content-Type."),
        Client(ErrorKind.ParameterAdapted, 400, "parameter_adapted", "With `Pictor-Strict: true`: a parameter would have been adapted or ignored."),
        Client(ErrorKind.BadReferenceImage, 400, "invalid_image", "A reference image cannot be fetched, read or is over a limit. Nothing was charged."),
        Client(ErrorKind.Moderated, 400, "content_policy_violation", "The upstream refused the content. Another channel is not asked.", sdkMayRetry: false),
        new(ErrorKind.RateLimited, ErrorSide.Client, 429, "rate_limit_error", "rate_limit_exceeded", false, false, true, "A limit of the key is reached; `Retry-After` says when to come back."),
        new(ErrorKind.TooManyJobs, ErrorSide.Client, 429, "rate_limit_error", "concurrency_limit_exceeded", false, false, true, "The key has as many open jobs as it may have at once."),
        new(ErrorKind.InsufficientQuota, ErrorSide.Client, 402, "insufficient_quota", "insufficient_quota", false, false, false, "The budget of the key does not cover the request."),
        Client(ErrorKind.UnpricedModel, 400, "model_has_no_price", "The model has no price, so it cannot be used.", sdkMayRetry: false),
        Client(ErrorKind.Cancelled, 409, "cancelled", "The job was cancelled.", sdkMayRetry: false),
        Gateway(ErrorKind.WaitedTooLong, 504, "still_running", false, "The call was held as long as calls are held; the job goes on and is found at `Location`."),
        Gateway(ErrorKind.DeadlinePassed, 504, "job_deadline_exceeded", false, "The job did not end within its time."),
        Gateway(ErrorKind.Stopping, 503, "stopping", true, "The gateway is stopping and takes no new work; `Retry-After` says when to come back."),
        Gateway(ErrorKind.StorageUnavailable, 503, "storage_unavailable", true, "The database or the disk does not take writes."),
        Gateway(ErrorKind.NoChannel, 503, "no_channel", true, "Every channel of the model is out or at its limit."),
        new(ErrorKind.UpstreamRefused, ErrorSide.Upstream, 400, Invalid, "upstream_refused", false, false, false, "The upstream refused the request for what it says."),
        new(ErrorKind.UpstreamCredential, ErrorSide.Upstream, 502, Upstream, "upstream_credential", true, true, true, "The upstream does not accept the channel's credential. Nothing was run."),
        new(ErrorKind.UpstreamCredit, ErrorSide.Upstream, 502, Upstream, "upstream_credit", true, true, true, "The channel's account upstream has no credit left. Nothing was run."),
        new(ErrorKind.UpstreamRateLimited, ErrorSide.Upstream, 429, "rate_limit_error", "upstream_rate_limited", true, true, true, "The upstream refused for its rate limit. Nothing was run."),
        new(ErrorKind.UpstreamForbidden, ErrorSide.Upstream, 502, Upstream, "upstream_forbidden", true, true, true, "The upstream forbade this one request (a 403 that is not about key or credit). Nothing was run."),
        new(ErrorKind.UpstreamModelMissing, ErrorSide.Upstream, 502, Upstream, "upstream_model_missing", true, true, true, "The channel does not have the model. Nothing was run."),
        new(ErrorKind.UpstreamUnreachable, ErrorSide.Upstream, 502, Upstream, "upstream_unreachable", true, true, true, "The upstream could not be connected to, or said it is not available. Nothing was run."),
        new(ErrorKind.UpstreamOutcomeUnknown, ErrorSide.Upstream, 502, Upstream, "upstream_outcome_unknown", false, true, false, "The request was sent and no answer came; it may have run, so it is not sent again. Nothing was charged."),
        new(ErrorKind.UpstreamUnreadable, ErrorSide.Upstream, 502, Upstream, "upstream_unreadable", false, true, false, "The upstream answered with something that holds no usable picture. Nothing was charged."),
        new(ErrorKind.UpstreamFailed, ErrorSide.Upstream, 502, Upstream, "upstream_failed", false, true, false, "The upstream accepted the request and then failed. Nothing was charged."),
        Gateway(ErrorKind.Internal, 500, "internal_error", false, "A fault of the gateway itself; the log holds the request id."),
    ];

    private static readonly FrozenDictionary<ErrorKind, ErrorRow> ByKind = Rows.ToFrozenDictionary(row => row.Kind);

    /// <summary>The row of a kind; every kind has one (held by a test).</summary>
    public static ErrorRow Row(ErrorKind kind) => ByKind[kind];

    private static ErrorRow Client(ErrorKind kind, int status, string? code, string meaning, bool sdkMayRetry = true) =>
        new(kind, ErrorSide.Client, status, Invalid, code, false, false, sdkMayRetry, meaning);

    private static ErrorRow Gateway(ErrorKind kind, int status, string code, bool sdkMayRetry, string meaning) =>
        new(kind, ErrorSide.Gateway, status, Server, code, false, false, sdkMayRetry, meaning);
}
