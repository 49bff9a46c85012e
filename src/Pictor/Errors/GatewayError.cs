namespace Pictor.Errors;

/// <summary>One failure, as a value: what kind, what to tell the caller, which parameter it is about.</summary>
/// <param name="Kind">Decides status, type and whether the next channel may be tried (<see cref="ErrorTable"/>).</param>
/// <param name="Message">Shown to the caller as it stands: English, without secrets, addresses or upstream pages.</param>
/// <param name="Param">The request parameter that is at fault, or null.</param>
/// <param name="RetryAfter">How long to wait before a new try, where somebody said so.</param>
/// <param name="Code">A more precise <c>code</c> than the kind's own, or null.</param>
internal sealed record GatewayError(
    ErrorKind Kind,
    string Message,
    string? Param = null,
    TimeSpan? RetryAfter = null,
    string? Code = null)
{
    /// <summary>The OpenAI <c>code</c> of the error body.</summary>
    public string? EffectiveCode => Code ?? ErrorTable.Row(Kind).Code;
}
