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

    /// <summary>What the server says it has charged; null where it says nothing.</summary>
    public decimal? Cost { get; init; }

    /// <summary>The answer is no JSON.</summary>
    public bool IsUnreadable { get; init; }

    /// <summary>The answer is a web page: something else stands where the door should be, or in front of it.</summary>
    public bool IsPage { get; init; }

    /// <summary>The server took the job, and the job failed: asking for it again changes nothing, only a new one can.</summary>
    public bool IsEndOfJob { get; init; }

    /// <summary>The job failed before any vendor accepted it; nothing was run or charged.</summary>
    public bool MayRunAgain =>
        IsEndOfJob && Code is "rate_limit_exceeded" or "upstream_rate_limited" or "upstream_unreachable" or "no_channel" or "stopping" or "storage_unavailable";

    /// <summary>The job ended, and a vendor may have run it all the same. The key of the call stays bound to it.</summary>
    public bool MayHaveRun => IsEndOfJob && IsOutcomeUnknown;

    /// <summary>
    /// An answer to what was sent, behind which a picture may have been made and charged: the server says nothing of its cost, and it is
    /// a fault that came after the door, the first half of an answer, or says itself that the outcome is open.
    /// </summary>
    public bool MayBeCharged => Cost is { } cost ? cost > 0
        : IsOutcomeUnknown || (!IsEndOfJob && (Status is >= 500 and not 503 || Code == "still_running" || (IsUnreadable && !IsPage && Status < 400)));

    /// <summary>An answer to a question that a later one need not get: from a server that is busy or broken, or a proxy in front of it.</summary>
    public bool IsPassing => !IsEndOfJob && (Status is 408 or >= 500 || (Status == 429 && Code != "insufficient_quota") || (IsUnreadable && Status < 400));

    /// <summary>Refused for its <c>quality</c>: by the door, or by the vendor at the end of the job.</summary>
    public bool RefusesQuality => (IsEndOfJob ? Code == "upstream_refused" : Status is 400 or 422)
        && (Param == "quality" || Message.Contains("quality", StringComparison.OrdinalIgnoreCase));

    /// <summary>Refused before any work began: a new try cannot pay twice. A 5xx other than 503 may have been billed.</summary>
    public bool MayRetry => !IsEndOfJob && ShouldRetry != false && Code != "insufficient_quota" && Status is 429 or 503;

    /// <summary>There is nothing behind the address: it says so, or shows the web page that it has for every other one.</summary>
    public bool IsMissingDoor => !IsEndOfJob && (Status is 404 or 405 || (IsPage && Status < 400)) && Code is not "model_not_found";

    private bool IsOutcomeUnknown => Code is "upstream_outcome_unknown" or "upstream_unreadable" or "job_deadline_exceeded";

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

/// <summary>The job was accepted, and then it or its pictures were lost sight of: where to find them is part of the message.</summary>
internal sealed class JobLeftException(string jobId, CliException cause, bool isMade)
    : CliException($"{cause.Message.TrimEnd('.')}. {(isMade ? $"It is made and paid; fetch it: pictor job {jobId} --save" : $"The job may go on: pictor job {jobId}")}", cause.ExitCode, cause)
{
    public string JobId { get; } = jobId;

    public CliException Cause { get; } = cause;
}

/// <summary>No answer came: the address cannot be reached, or took too long.</summary>
internal sealed class NoAnswerException(string message, bool neverSent, Exception? inner = null) : CliException(message, Cli.ExitCode.Failed, inner)
{
    /// <summary>The request did not leave this machine; otherwise its outcome is unknown.</summary>
    public bool NeverSent { get; } = neverSent;
}
