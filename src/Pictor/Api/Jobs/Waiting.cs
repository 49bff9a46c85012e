using System.Globalization;
using Pictor.Images;
using Pictor.Keys;

namespace Pictor.Api.Jobs;

/// <summary>How long a caller wants to be held: <c>async: true</c>, <c>Prefer: respond-async</c>, <c>Prefer: wait=N</c> (RFC 7240), as its key has it, or to the end.</summary>
/// <param name="Patience">Zero answers at once.</param>
/// <param name="Applied">The preference that is honoured, for <c>Preference-Applied</c>.</param>
/// <param name="TurnsInto202">False for a call that waits for its pictures or an error.</param>
internal sealed record Waiting(TimeSpan Patience, string? Applied, bool TurnsInto202)
{
    private const int LongestBlank = 300;

    /// <summary>How often a call that waits gets a blank before its JSON, so that no proxy hangs up; null for never.</summary>
    public TimeSpan? BlankEvery { get; init; }

    /// <summary>True for a caller that asked for nothing of this: it waits for its pictures or an error.</summary>
    public bool IsOrdinary => !TurnsInto202;

    /// <summary>What a caller is told that wants a stream and no stream: its job is a JSON answer.</summary>
    public IReadOnlyList<Warning> AboutStream(bool isStream) => isStream && !IsOrdinary
        ? [Warning.Ignored("stream", "true", "A call that may be answered with its job is no stream; it was ignored.")]
        : [];

    public static Waiting Of(HttpContext http, RequestFields fields, TimeSpan longest)
    {
        if (RequestRules.Boolean(fields, "async") == true)
        {
            return new Waiting(TimeSpan.Zero, null, TurnsInto202: true);
        }

        var patience = Least(longest, Hint(http, "x-stainless-read-timeout"), Hint(http, "x-stainless-timeout"));
        if (Preferred(http) is { } preferred)
        {
            return preferred with { Patience = Least(patience, preferred.Patience) };
        }

        if (Blank(http) is { } blank)
        {
            return Blanks(blank);
        }

        // A stream says by itself that it lives.
        var standing = RequestRules.Boolean(fields, "stream") == true ? KeyWaiting.ToTheEnd : http.Key().Waiting;
        return standing switch
        {
            { After: { } after, IsBlank: true } => Blanks(after),
            { After: { } after } => new Waiting(Least(patience, after), null, TurnsInto202: true),
            _ => new Waiting(patience, null, TurnsInto202: false),
        };

        // Each blank sets the client's own clock back: the call lasts, but no blank may come later than the client looks at it.
        Waiting Blanks(TimeSpan every) => new(longest, null, TurnsInto202: false) { BlankEvery = Least(patience, every) };
    }

    // RFC 7240, 4.3: beside wait, respond-async says what is to come after it, whichever stands first. Of two alike, the first counts.
    private static Waiting? Preferred(HttpContext http)
    {
        var isAsync = false;
        int? wait = null;
        foreach (var preference in http.Request.Headers["Prefer"].ToString().Split([',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (preference.Equals("respond-async", StringComparison.OrdinalIgnoreCase))
            {
                isAsync = true;
            }
            else if (wait is null
                && preference.Split('=', 2, StringSplitOptions.TrimEntries) is [var name, var value]
                && name.Equals("wait", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(value.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            {
                wait = seconds;
            }
        }

        return (isAsync, wait) switch
        {
            (false, null) => null,
            (true, null) => new Waiting(TimeSpan.Zero, "respond-async", TurnsInto202: true),
            (_, { } seconds) => new Waiting(TimeSpan.FromSeconds(seconds), (isAsync ? "respond-async, " : "") + $"wait={seconds}", TurnsInto202: true),
        };
    }

    // What an SDK says it will wait for, less a little: an answer that names the job beats a connection that was cut.
    private static TimeSpan? Hint(HttpContext http, string header)
    {
        if (!double.TryParse(http.Request.Headers[header].ToString(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) || seconds is not (> 0 and < 1_000_000))
        {
            return null;
        }

        return TimeSpan.FromSeconds(seconds - Math.Min(5, seconds * 0.1));
    }

    private static TimeSpan? Blank(HttpContext http)
    {
        var text = http.Request.Headers["Pictor-Keep-Alive"].ToString();
        if (text.Length == 0)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= LongestBlank
            ? TimeSpan.FromSeconds(seconds)
            : throw RequestRules.Invalid($"Pictor-Keep-Alive must be between 1 and {LongestBlank} seconds", "Pictor-Keep-Alive");
    }

    private static TimeSpan Least(TimeSpan longest, params ReadOnlySpan<TimeSpan?> hints)
    {
        foreach (var hint in hints)
        {
            longest = hint < longest ? hint.Value : longest;
        }

        return longest;
    }
}
