using System.Globalization;
using System.Text.RegularExpressions;
using Pictor.Errors;

namespace Pictor.Providers.Sandbox;

/// <summary>What <c>[sandbox: …]</c> in a prompt asks for, and the prompt without it.</summary>
internal sealed partial record Directives
{
    public static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(300);

    private static readonly Dictionary<string, ErrorKind> Failures = new(StringComparer.Ordinal)
    {
        ["moderated"] = ErrorKind.Moderated,
        ["rate_limited"] = ErrorKind.UpstreamRateLimited,
        ["credential"] = ErrorKind.UpstreamCredential,
        ["credit"] = ErrorKind.UpstreamCredit,
        ["unreachable"] = ErrorKind.UpstreamUnreachable,
        ["unknown"] = ErrorKind.UpstreamOutcomeUnknown,
        ["unreadable"] = ErrorKind.UpstreamUnreadable,
        ["refused"] = ErrorKind.UpstreamRefused,
        ["failed"] = ErrorKind.UpstreamFailed,
        ["model_missing"] = ErrorKind.UpstreamModelMissing,
    };

    public required string Prompt { get; init; }

    public ErrorKind? Failure { get; init; }

    /// <summary>The last attempt of a job that fails, from <c>fail=…@n</c>.</summary>
    public int FailsThrough { get; init; } = int.MaxValue;

    public TimeSpan? Delay { get; init; }

    public bool Progress { get; init; }

    /// <summary>0 (harmless) to 7 (refused always): compared with the tolerance of the request.</summary>
    public int Risk { get; init; }

    /// <summary>What was written inside the brackets and means nothing.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];

    public static Directives Read(string prompt)
    {
        var matches = Bracket().Matches(prompt);
        if (matches.Count == 0)
        {
            return new Directives { Prompt = prompt };
        }

        var result = new Directives { Prompt = Bracket().Replace(prompt, " ").Trim() };
        var unknown = new List<string>();
        foreach (var item in matches.SelectMany(match => match.Groups[1].Value.Split([',', ';', '，', '；'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            if (Apply(result, item.ToLowerInvariant()) is { } next)
            {
                result = next;
            }
            else if (unknown.Count < 8)
            {
                unknown.Add(item);
            }
        }

        return result with { Unknown = unknown };
    }

    private static Directives? Apply(Directives so, string item)
    {
        var parts = item.Split('=', 2, StringSplitOptions.TrimEntries);
        var value = parts.Length == 2 ? parts[1] : "";
        return parts[0] switch
        {
            "progress" when value.Length == 0 => so with { Progress = true },
            "delay" when TryDelay(value, out var delay) => so with { Delay = delay },
            "risk" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var risk) && risk <= 7 => so with { Risk = risk },
            "fail" => Fail(so, value),
            _ => null,
        };
    }

    private static Directives? Fail(Directives so, string value)
    {
        var parts = value.Split('@', 2, StringSplitOptions.TrimEntries);
        var through = int.MaxValue;
        return Failures.TryGetValue(parts[0].Replace('-', '_').Replace(' ', '_'), out var kind)
            && (parts.Length == 1 || (int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out through) && through > 0))
                ? so with { Failure = kind, FailsThrough = through }
                : null;
    }

    /// <summary><c>5s</c>, <c>500ms</c>, <c>2m</c>, <c>1.5</c> (seconds); at most 300 s.</summary>
    private static bool TryDelay(string text, out TimeSpan delay)
    {
        var (digits, unit) = text switch
        {
            _ when text.EndsWith("ms", StringComparison.Ordinal) => (text[..^2], 0.001),
            _ when text.EndsWith('s') => (text[..^1], 1.0),
            _ when text.EndsWith('m') => (text[..^1], 60.0),
            _ => (text, 1.0),
        };
        var known = double.TryParse(digits.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number);
        delay = known ? TimeSpan.FromSeconds(Math.Min(number * unit, LongestDelay.TotalSeconds)) : default;
        return known;
    }

    [GeneratedRegex(@"\[\s*sandbox\s*[:：]([^\]]{0,400})\]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Bracket();
}
