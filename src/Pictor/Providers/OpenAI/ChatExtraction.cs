using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Pictor.Providers.OpenAI;

/// <summary>Finds the pictures in what a chat relay said, between its echo of the request, its progress and its farewell. Pure.</summary>
internal static partial class ChatExtraction
{
    private const int LongestProse = 600;

    // Where relays' pictures were seen to lie, for links that do not end like a picture.
    private static readonly string[] PictureHosts = ["fal.media", "filesystem.site", "replicate.delivery", "bfl.ai", "blob.core.windows.net", "oss-cn-"];

    /// <summary>Links and file words in their order, each once.</summary>
    /// <param name="text">All that was said.</param>
    /// <param name="fileWords">The words that stand for pictures in files.</param>
    /// <param name="asked">Links of the request, which are no answer.</param>
    public static IReadOnlyList<string> Pictures(string text, IEnumerable<string> fileWords, IReadOnlySet<string> asked)
    {
        text = WithoutEcho(text);
        var words = fileWords.ToHashSet(StringComparer.Ordinal);
        return First(Markdown().Matches(text).Select(match => match.Groups[1].Value))
            ?? First(Tag().Matches(text).Select(match => match.Groups[1].Value))
            ?? First(words.Where(word => text.Contains(word, StringComparison.Ordinal)).OrderBy(word => text.IndexOf(word, StringComparison.Ordinal)))
            ?? First(Link().Matches(text).Select(match => match.Value.TrimEnd('.', ',', ';', ':', '!', '?')).Where(IsPicture))
            ?? [];

        List<string>? First(IEnumerable<string> found)
        {
            var list = found.Where(item => words.Contains(item) || (ChannelAddress.Read(item) is not null && !asked.Contains(item))).Distinct(StringComparer.Ordinal).ToList();
            return list.Count > 0 ? list : null;
        }
    }

    /// <summary>What is left when echo and progress are gone: the reason why there is no picture.</summary>
    public static string Prose(string text)
    {
        var lines = WithoutEcho(text).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith('>'));
        var prose = string.Join(' ', lines);
        return prose.Length > LongestProse ? prose[^LongestProse..] : prose;
    }

    /// <summary>The relay's own request may be shown first, and the links in its prompt are the caller's.</summary>
    private static string WithoutEcho(string text)
    {
        text = Fence().Replace(text, "").TrimStart();
        if (!text.StartsWith('{'))
        {
            return text;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes);
        try
        {
            using var echo = JsonDocument.ParseValue(ref reader);
            return echo.RootElement.TryGetProperty("prompt", out _) ? Encoding.UTF8.GetString(bytes.AsSpan((int)reader.BytesConsumed)) : text;
        }
        catch (JsonException)
        {
            return text;
        }
    }

    private static bool IsPicture(string link) =>
        Uri.TryCreate(link, UriKind.Absolute, out var uri)
        && (Ending().IsMatch(uri.AbsolutePath) || PictureHosts.Any(host => uri.Host.Contains(host, StringComparison.OrdinalIgnoreCase)));

    [GeneratedRegex(@"!\[[^\]]*\]\(\s*<?([^\s<>)]+)>?[^)\n]*\)", RegexOptions.NonBacktracking)]
    private static partial Regex Markdown();

    [GeneratedRegex(@"<img\b[^>]*?\bsrc\s*=\s*[""']?([^\s""'>]+)", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Tag();

    [GeneratedRegex(@"https?://[^\s<>""'()\[\]]+", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Link();

    [GeneratedRegex(@"\.(?:png|jpe?g|webp|gif|avif)$", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Ending();

    [GeneratedRegex(@"```json\b.*?(?:```|$)", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex Fence();
}
