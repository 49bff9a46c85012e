namespace Pictor.Upstream;

/// <summary>Which ports a guarded call may go to; what the operator's list allows is exempt.</summary>
internal enum GuardedPorts
{
    /// <summary>80, 443, 8080 and 8443.</summary>
    Usual,

    /// <summary>Any port, of public addresses only.</summary>
    Any,
}

/// <summary>How a call to an address that a stranger chose may behave.</summary>
/// <param name="Redirects">How many redirects are followed, each checked like the first address; 0 gives the 3xx answer back.</param>
/// <param name="Ports">Which ports it may go to.</param>
internal sealed record GuardedCall(int Redirects, GuardedPorts Ports)
{
    /// <summary>A picture behind a link.</summary>
    public static GuardedCall Picture { get; } = new(3, GuardedPorts.Usual);

    /// <summary>An address that an upstream gave for looking at a call.</summary>
    public static GuardedCall Poll { get; } = new(0, GuardedPorts.Usual);

    /// <summary>A delivery: receivers sit on all kinds of ports, and a redirect is a failure.</summary>
    public static GuardedCall Webhook { get; } = new(0, GuardedPorts.Any);
}

/// <summary>A guarded call did not get an answer. Refused, filtered and unreachable say the same; only the log knows which.</summary>
internal sealed class LinkFailedException(string reason, Exception? inner = null) : Exception("The address could not be reached.", inner)
{
    /// <summary>For the log only.</summary>
    public string Reason { get; } = reason;

    /// <summary>True where the same address may well answer a moment later.</summary>
    public bool MayPass { get; init; }
}
