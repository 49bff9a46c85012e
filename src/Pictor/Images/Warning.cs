using Pictor.Errors;

namespace Pictor.Images;

/// <summary>A parameter was adapted or ignored; nothing of that kind is silent.</summary>
/// <param name="Param">The parameter as the caller wrote it.</param>
/// <param name="Action"><c>adapted</c> or <c>ignored</c>.</param>
/// <param name="Requested">What was asked for, shortened.</param>
/// <param name="Used">What is used instead, or null when nothing is.</param>
/// <param name="Message">One English sentence.</param>
internal sealed record Warning(string Param, string Action, string? Requested, string? Used, string Message)
{
    public static Warning Adapted(string param, string? requested, string used, string message) =>
        new(param, "adapted", Shorten(requested), used, message);

    public static Warning Ignored(string param, string? requested, string message) =>
        new(param, "ignored", Shorten(requested), null, message);

    /// <summary>What a caller that wants no change is told instead.</summary>
    public static GatewayError Refusal(IReadOnlyList<Warning> warnings) =>
        new(ErrorKind.ParameterAdapted, string.Join(' ', warnings.Select(warning => warning.Message)), warnings[0].Param);

    private static string? Shorten(string? value) => value is { Length: > 200 } ? value[..200] + "…" : value;
}
