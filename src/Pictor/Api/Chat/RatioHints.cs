using System.Text.RegularExpressions;

namespace Pictor.Api.Chat;

/// <summary>Ratios that people write into the text where their shell has no field for them: <c>【2:3】</c>, <c>--ar 16:9</c>.</summary>
internal static partial class RatioHints
{
    /// <returns>The text without the hints, what was written last, and the ratio it means; nulls when there was none.</returns>
    public static (string Text, string? Written, string? Ratio) Take(string text)
    {
        string? written = null;
        string? ratio = null;
        var rest = Hint().Replace(text, match =>
        {
            written = match.Value.Trim();
            var sides = match.Groups["w"].Success ? match.Groups["w"].Value + ":" + match.Groups["h"].Value : match.Groups["x"].Value + ":" + match.Groups["y"].Value;
            ratio = sides;
            return " ";
        });
        return ratio is null ? (text, null, null) : (Blanks().Replace(rest, " ").Trim(), written, ratio);
    }

    [GeneratedRegex(@"【\s*(?<w>[1-9]\d{0,3})\s*[:：]\s*(?<h>[1-9]\d{0,3})\s*】|(?<!\S)(?:--|—)(?:ar|aspect)[\s=]+(?<x>[1-9]\d{0,3}):(?<y>[1-9]\d{0,3})(?!\S)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Hint();

    [GeneratedRegex(" {2,}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Blanks();
}
