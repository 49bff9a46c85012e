using System.Text;
using System.Text.RegularExpressions;

namespace Pictor.Upstream;

/// <summary>Takes keys, secrets, signatures, signed parts of links and pixels out of any text that may be logged or shown.</summary>
internal static partial class Redaction
{
    /// <summary>What stands where something was.</summary>
    public const string Mark = "[redacted]";

    private const int LongestRead = 64 * 1024;
    private const int ShortestSecret = 4;

    /// <summary>The text on one line, cut to a length, without anything that looks like a secret.</summary>
    public static string Text(string? text, int maxLength) => Text(text, maxLength, []);

    /// <summary>As the other, and also without the given secrets themselves, whatever they look like.</summary>
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

        clean = DataUri().Replace(clean, "data:" + Mark);
        clean = Link().Replace(clean, "$1$2" + Mark);
        clean = UserInfo().Replace(clean, "$1" + Mark + "@");
        clean = HeaderLine().Replace(clean, "$1" + Mark);
        clean = Scheme().Replace(clean, "$1 " + Mark);
        clean = NamedValue().Replace(clean, "$1" + Mark);
        clean = KnownShape().Replace(clean, Mark);
        clean = LongRun().Replace(clean, Mark);
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

    [GeneratedRegex(@"data:[\w.+-]*/?[\w.+-]*(?:;[\w.+=-]*)*,[^\s""'<>)\]}]*", RegexOptions.IgnoreCase)]
    private static partial Regex DataUri();

    // Everything behind ? or #: signed links differ only in the names of their parameters.
    [GeneratedRegex(@"((?:https?://|/)[^\s""'<>?#]*)([?#])[^\s""'<>]+", RegexOptions.IgnoreCase)]
    private static partial Regex Link();

    [GeneratedRegex(@"([a-z][a-z0-9+.-]*://)[^\s/""'<>@]+@", RegexOptions.IgnoreCase)]
    private static partial Regex UserInfo();

    [GeneratedRegex(@"(\b(?:proxy-)?authorization[""']?\s*[:=]\s*|\b(?:set-)?cookie[""']?\s*[:=]\s*)[^\r\n""'}]+", RegexOptions.IgnoreCase)]
    private static partial Regex HeaderLine();

    [GeneratedRegex(@"\b(bearer|basic|key|token)\s+(?=[^\s]*[\d_:./+=-])[^\s,;""'<>]{8,}", RegexOptions.IgnoreCase)]
    private static partial Regex Scheme();

    [GeneratedRegex(@"(\b[\w-]*(?:api[_-]?key|x-key|access[_-]?key(?:[_-]?id)?|secret|token|passw(?:or)?d|credentials?|signature|webhook-signature|sig|hmac|b64_json|base64)[\w-]*\\?[""']?\s*[:=]\s*\\?[""']?)[^\s""'\\,;&<>}\]]+", RegexOptions.IgnoreCase)]
    private static partial Regex NamedValue();

    [GeneratedRegex(@"\b(?:(?:sk|rk|pk)-[\w*-]{6,}|whsec_[\w+/=-]+|r8_\w{8,}|hf_\w{8,}|xai-[\w-]{8,}|fal_[\w-]{8,}|gh[pousr]_\w{16,}|A(?:KIA|SIA)[0-9A-Z]{12,}|AIza[\w-]{20,}|eyJ[\w-]{8,}(?:\.[\w-]+){0,2}|v1a?,[A-Za-z0-9+/=]{16,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}:[\w-]{8,})", RegexOptions.IgnoreCase)]
    private static partial Regex KnownShape();

    // Base64 and long hexadecimal: 40 characters without a break are no word, and identifiers in use are shorter.
    [GeneratedRegex(@"[A-Za-z0-9+/_-]{40,}={0,2}")]
    private static partial Regex LongRun();
}
