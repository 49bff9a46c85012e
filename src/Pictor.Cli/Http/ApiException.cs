using System.Text.Json;

namespace Pictor.Cli.Http;

/// <summary>The server's refusal or failure, in its own words, with what decides about a new try.</summary>
internal sealed class ApiException(int status, string message, string? code, string? param, string? requestId) : CliException(message, ExitCodeOf(status, code))
{
    public int Status { get; } = status;

    public string? Code { get; } = code;

    public string? Param { get; } = param;

    public string? RequestId { get; } = requestId;

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What the server says about a new try in <c>x-should-retry</c>; null where it says nothing.</summary>
    public bool? ShouldRetry { get; init; }

    public string? JobId { get; init; }

    /// <summary>The server took the job, and the job failed: asking for it again changes nothing, only a new one can.</summary>
    public bool IsEndOfJob { get; init; }

    /// <summary>The job failed before any vendor accepted it; nothing was run or charged.</summary>
    public bool MayRunAgain =>
        IsEndOfJob && Code is "rate_limit_exceeded" or "upstream_rate_limited" or "upstream_unreachable" or "no_channel" or "stopping" or "storage_unavailable";

    /// <summary>The job ended, and a vendor may have run it all the same. The key of the call stays bound to it.</summary>
    public bool MayHaveRun => IsEndOfJob && Code is "upstream_outcome_unknown" or "upstream_unreadable" or "job_deadline_exceeded";

    /// <summary>Refused before any work began: a new try cannot pay twice. A 5xx other than 503 may have been billed.</summary>
    public bool MayRetry => !IsEndOfJob && ShouldRetry != false && Code != "insufficient_quota" && Status is 429 or 503;

    public bool IsMissingDoor => !IsEndOfJob && Status is 404 or 405 && Code is not "model_not_found";

    /// <summary>From the <c>error</c> member of an answer or of a job that has failed.</summary>
    public static ApiException Of(int status, JsonElement error, string? requestId) =>
        error.ValueKind == JsonValueKind.Object
            ? new ApiException(status, error.Text("message") ?? $"The server answered {status}.", error.Text("code"), error.Text("param"), requestId)
            : new ApiException(status, error.ValueKind == JsonValueKind.String ? error.GetString()! : $"The server answered {status}.", null, null, requestId);

    private static int ExitCodeOf(int status, string? code) => code switch
    {
        "content_policy_violation" or "moderation_blocked" or "content_filter" => Cli.ExitCode.Moderated,
        "insufficient_quota" or "insufficient_user_quota" or "billing_hard_limit_reached" => Cli.ExitCode.OutOfBalance,
        "cancelled" => Cli.ExitCode.UsageOrCancelled,
        _ => status switch
        {
            401 or 403 => Cli.ExitCode.Auth,
            402 => Cli.ExitCode.OutOfBalance,
            _ => Cli.ExitCode.Failed,
        },
    };
}

/// <summary>No answer came: the address cannot be reached, or took too long.</summary>
internal sealed class NoAnswerException(string message, bool neverSent, Exception? inner = null) : CliException(message, Cli.ExitCode.Failed, inner)
{
    /// <summary>The request did not leave this machine; otherwise its outcome is unknown.</summary>
    public bool NeverSent { get; } = neverSent;
}
