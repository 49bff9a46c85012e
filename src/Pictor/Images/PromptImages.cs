namespace Pictor.Images;

/// <summary>
/// Lifts the pictures that lead a prompt out of it: http(s) links and data URIs, separated by blanks, in their order. A link
/// later in the text stays text.
/// </summary>
internal static class PromptImages
{
    /// <param name="prompt">The prompt as it came.</param>
    /// <param name="isPlaceholder">True for a word that stands for a picture which was taken out of the body while it was read.</param>
    /// <returns>The leading pictures as written, and the rest of the text without leading blanks.</returns>
    public static (IReadOnlyList<string> Images, string Text) Lift(string prompt, Func<string, bool> isPlaceholder)
    {
        var images = new List<string>();
        var rest = prompt.AsSpan();
        while (true)
        {
            rest = rest.TrimStart();
            var end = 0;
            while (end < rest.Length && !char.IsWhiteSpace(rest[end]))
            {
                end++;
            }

            var word = rest[..end];
            if (!IsLink(word) && !IsDataUri(word) && !(word.Length is > 0 and < 200 && isPlaceholder(word.ToString())))
            {
                return (images, images.Count == 0 ? prompt : rest.ToString());
            }

            images.Add(word.ToString());
            rest = rest[end..];
        }
    }

    public static bool IsLink(ReadOnlySpan<char> word) =>
        word.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || word.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    public static bool IsDataUri(ReadOnlySpan<char> word) => word.StartsWith("data:", StringComparison.OrdinalIgnoreCase) && word.Contains(',');
}
