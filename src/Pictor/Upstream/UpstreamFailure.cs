using Pictor.Errors;

namespace Pictor.Upstream;

/// <summary>What is known about a request that got no answer.</summary>
internal enum SendOutcome
{
    /// <summary>No complete request left this machine: another channel may be tried.</summary>
    NotSent,

    /// <summary>Some or all of it left: it may have run and may be billed.</summary>
    Unknown,
}

/// <summary>Turns whatever a send threw into what has to be decided: was it sent, and what to say.</summary>
/// <param name="Outcome">Decides whether the next channel may be tried.</param>
/// <param name="Reason">A few words without addresses or secrets.</param>
internal readonly record struct UpstreamFailure(SendOutcome Outcome, string Reason)
{
    /// <summary>Reads the failure of <see cref="UpstreamClient.SendAsync"/> for this very request, cancellation included.</summary>
    public static UpstreamFailure Of(Exception exception, HttpRequestMessage request)
    {
        var body = request.Content as OneShotContent;

        // Asked first: should anything below dial a second time, its "connection refused" is not the story of the first.
        if (body is { Started: true })
        {
            return new(SendOutcome.Unknown, WhileWaiting(exception));
        }

        return exception switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => new(SendOutcome.NotSent, "the name does not resolve"),
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => new(SendOutcome.NotSent, "no connection"),
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => new(SendOutcome.NotSent, "TLS failed"),
            // A request with a body is complete only after its body was begun; one without is told apart by nothing.
            OperationCanceledException or TimeoutException when body is not null => new(SendOutcome.NotSent, "no connection in time"),
            _ => new(SendOutcome.Unknown, WhileWaiting(exception)),
        };
    }

    /// <summary>The error of a submit that failed this way.</summary>
    public GatewayError ToError() => Outcome == SendOutcome.NotSent
        ? new(ErrorKind.UpstreamUnreachable, $"The upstream could not be reached: {Reason}.")
        : new(ErrorKind.UpstreamOutcomeUnknown, $"The request was sent to the upstream and no usable answer came: {Reason}. It may have run, so it is not sent again.");

    private static string WhileWaiting(Exception exception) => exception switch
    {
        OperationCanceledException or TimeoutException => "no answer in time",
        _ => "the connection ended before the answer did",
    };
}
