using System.Text;
using System.Text.RegularExpressions;

namespace Pictor.Upstream;

/// <summary>Takes keys, secrets, signatures, signed parts of links and pixels out of any text that may be logged or shown.</summary>
internal static class Redaction
{
    /// <summary>What stands where something was.</summary>
    public const string Mark = "[redacted]";

    private const int LongestRead = 16 * 1024;
    private const int ShortestSecret = 4;

    private static readonly Regex DataUriPattern = Linear(@"data:[\w.+-]*/?[\w.+-]*(?:;[\w.+=-]*)*,[^\s""'<>)\]}]*");

    // Everything behind ? or #: signed links differ only in the names of their parameters.
    private static readonly Regex LinkPattern = Linear(@"((?:https?://|/)[^\s""'<>?#]*)([?#])[^\s""'<>]+");

    private static readonly Regex UserInfoPattern = Linear(@"([a-z][a-z0-9+.-]*://)[^\s/""'<>@]+@");

    private static readonly Regex HeaderLinePattern = Linear(@"(\b(?:proxy-)?authorization[""']?\s*[:=]\s*|\b(?:set-)?cookie[""']?\s*[:=]\s*)[^\r\n]+");

    // "key" and "token" are also words of plain sentences, where letters alone follow.
    private static readonly Regex SchemePattern = Linear(@"\b(?:(bearer|basic)\s+[^\s,;""'<>]{6,}|(key|token)\s+[a-z]*[\d_:./+=-][^\s,;""'<>]{5,})");

    private static readonly Regex NamedValuePattern = Linear(@"(\b[\w-]*(?:api[_-]?key|x-key|access[_-]?key(?:[_-]?id)?|secret|token|passw(?:or)?d|credentials?|signature|sig|hmac|b64_json|base64)[\w-]*\\?[""']?\s*[:=]\s*\\?[""']?)[^\s""'\\,;&<>}\]]+");

    private static readonly Regex KnownShapePattern = Linear(@"\b(?:(?:sk|rk|pk)-[\w*-]{6,}|whsec_[\w+/=-]+|r8_\w{8,}|hf_\w{8,}|xai-[\w-]{8,}|fal_[\w-]{8,}|gh[pousr]_\w{16,}|A(?:KIA|SIA)[0-9A-Z]{12,}|AIza[\w-]{20,}|eyJ[\w-]{8,}(?:\.[\w-]+){0,2}|v1a?,[A-Za-z0-9+/=]{16,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}:[\w-]{8,})");

    // Base64 and long hexadecimal: 40 characters without a break are no word, and identifiers in use are shorter.
    private static readonly Regex LongRunPattern = Linear(@"[A-Za-z0-9+/_-]{40,}={0,2}");

    /// <summary>The text on one line, cut to a length, without anything that looks like a secret and without the given secrets themselves.</summary>
    public static string Text(string? text, int maxLength, params ReadOnlySpan<string?> secrets)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        // The whole of the text is cleaned before it is cut, so that no cut leaves half a secret that no pattern knows.
        var clean = text.Length > LongestRead ? text[..LongestRead] : text;
        foreach (var secret in secrets)
        {
            if (secret?.Length >= ShortestSecret)
            {
                clean = clean
                    .Replace(secret, Mark, StringComparison.OrdinalIgnoreCase)
                    .Replace(Uri.EscapeDataString(secret), Mark, StringComparison.OrdinalIgnoreCase);
            }
        }

        clean = DataUriPattern.Replace(clean, "data:" + Mark);
        clean = LinkPattern.Replace(clean, "$1$2" + Mark);
        clean = UserInfoPattern.Replace(clean, "$1" + Mark + "@");
        clean = HeaderLinePattern.Replace(clean, "$1" + Mark);
        clean = SchemePattern.Replace(clean, "$1$2 " + Mark);
        clean = NamedValuePattern.Replace(clean, "$1" + Mark);
        clean = KnownShapePattern.Replace(clean, Mark);
        clean = LongRunPattern.Replace(clean, Mark);
        return Cut(OneLine(clean), maxLength);
    }

    /// <summary>A link as it may be logged: scheme, host and port, nothing behind them.</summary>
    public static string Link(Uri link) => link.IsAbsoluteUri ? $"{link.Scheme}://{link.IdnHost}:{link.Port}" : Mark;

    private static string OneLine(string text)
    {
        if (!text.Any(char.IsControl))
        {
            return text;
        }

        var line = new StringBuilder(text);
        for (var i = 0; i < line.Length; i++)
        {
            if (char.IsControl(line[i]))
            {
                line[i] = ' ';
            }
        }

        return line.ToString();
    }

    private static string Cut(string text, int maxLength)
    {
        if (text.Length <= maxLength)
        {
            return text;
        }

        var end = maxLength > 0 && char.IsHighSurrogate(text[maxLength - 1]) ? maxLength - 1 : maxLength;
        return text[..end] + "…";
    }

    // The text comes from strangers; a backtracking engine took minutes over some of it.
    private static Regex Linear(string pattern) =>
        new(pattern, RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
}
