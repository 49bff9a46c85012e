using System.Globalization;

namespace Pictor.Providers.Sandbox;

/// <summary>Cuts a cleaned prompt into words: the longest known phrase wins, in English by words, in Chinese by characters.</summary>
internal static class WordReader
{
    private const int LongestChinese = 6;

    public static List<Word> Read(string text)
    {
        text = text.ToLowerInvariant();
        var words = new List<Word>();
        var i = 0;
        while (i < text.Length)
        {
            var c = text[i];
            if (c >= '\u2e80')
            {
                i += Chinese(text, i, words);
            }
            else if (IsWordCharacter(c) || c == '#')
            {
                i = English(text, i, words);
            }
            else
            {
                if (Mark(c) is { } kind)
                {
                    words.Add(new Word(kind));
                }

                i++;
            }
        }

        return words;
    }

    private static WordKind? Mark(char c) => c switch
    {
        ',' or ';' => WordKind.Comma,
        '.' or '!' or '?' or '\n' => WordKind.Stop,
        '&' => WordKind.And,
        '\u0001' => WordKind.Quote,
        _ => null,
    };

    private static int Chinese(string text, int at, List<Word> words)
    {
        if (text[at] is '、' or '，' or '；' or '。' or '！' or '？')
        {
            words.Add(new Word(text[at] is '。' or '！' or '？' ? WordKind.Stop : WordKind.Comma));
            return 1;
        }

        for (var length = Math.Min(LongestChinese, text.Length - at); length > 0; length--)
        {
            var phrase = text.Substring(at, length);
            if (Lexicon.TryFind(phrase, out var word))
            {
                words.Add(word with { Text = phrase });
                return length;
            }
        }

        words.Add(new Word(WordKind.Unknown, Text: text.Substring(at, 1)));
        return 1;
    }

    private static int English(string text, int at, List<Word> words)
    {
        Span<int> ends = stackalloc int[Lexicon.LongestPhrase];
        var count = 0;
        var phrase = "";
        Word? best = null;
        var bestEnd = at;
        var from = at;
        while (count < Lexicon.LongestPhrase && from < text.Length && (IsWordCharacter(text[from]) || (count == 0 && text[from] == '#')))
        {
            var end = from + 1;
            while (end < text.Length && IsWordCharacter(text[end]))
            {
                end++;
            }

            phrase = count == 0 ? text[from..end] : $"{phrase} {text[from..end]}";
            ends[count++] = end;
            if (TryPhrase(phrase, out var word))
            {
                (best, bestEnd) = (word with { Text = phrase }, end);
            }

            // A blank or one hyphen joins a phrase: "top left", "top-left".
            from = end < text.Length && text[end] is ' ' or '-' ? end + 1 : text.Length;
        }

        if (best is { } known)
        {
            words.Add(known);
            return bestEnd;
        }

        var single = text[at..ends[0]];
        words.Add(Number(single) ?? new Word(WordKind.Unknown, Text: single));
        return ends[0];
    }

    private static bool TryPhrase(string phrase, out Word word)
    {
        if (Lexicon.TryFind(phrase, out word))
        {
            return true;
        }

        if (ColourNames.TryHex(phrase, out var colour))
        {
            word = new Word(WordKind.Colour, (colour.R << 16) | (colour.G << 8) | colour.B);
            return true;
        }

        if (phrase.EndsWith("'s", StringComparison.Ordinal))
        {
            phrase = phrase[..^2];
        }

        // Plurals: circles, boxes, crosses.
        return (phrase.EndsWith('s') && Lexicon.TryFind(phrase[..^1], out word))
            || (phrase.EndsWith("es", StringComparison.Ordinal) && Lexicon.TryFind(phrase[..^2], out word))
            || (phrase.EndsWith("ies", StringComparison.Ordinal) && Lexicon.TryFind(phrase[..^3] + "y", out word));
    }

    private static Word? Number(string word) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 9999
            ? new Word(WordKind.Number, number, Text: word)
            : null;

    private static bool IsWordCharacter(char c) => c < '\u2e80' && (char.IsLetterOrDigit(c) || c == '\'');
}
