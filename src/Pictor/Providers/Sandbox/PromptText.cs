using System.Globalization;
using System.Text;

namespace Pictor.Providers.Sandbox;

/// <summary>Makes a stranger's text harmless: what XML forbids and what turns lines around is gone, its length is bounded.</summary>
internal static class PromptText
{
    /// <summary>Only the beginning of a prompt is read for meaning; all of it counts for the seed.</summary>
    public const int ReadAtMost = 4000;

    private const int DrawAtMost = 160;

    /// <summary>The beginning of the prompt, full-width forms folded, without characters that XML or a line of text cannot hold.</summary>
    public static string Clean(string prompt)
    {
        var clean = new StringBuilder();
        var marks = 0;
        foreach (var rune in prompt.EnumerateRunes())
        {
            if (clean.Length >= ReadAtMost)
            {
                break;
            }

            var category = Rune.GetUnicodeCategory(rune);
            marks = category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? marks + 1 : 0;
            if (rune == Rune.ReplacementChar || marks > 2 || IsNonCharacter(rune.Value)
                || category is UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate)
            {
                continue;
            }

            var blank = Rune.IsControl(rune) || Rune.IsWhiteSpace(rune);
            clean.Append(blank ? new Rune(rune.Value is '\n' or 0x2028 or 0x2029 ? '\n' : ' ') : Fold(rune));
        }

        return clean.ToString();
    }

    /// <summary>Escaped for an XML text node, and cut to what a picture can carry.</summary>
    public static string Escape(string text) =>
        Shorten(text).Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace("\"", "&quot;");

    public static string Shorten(string text) => Shorten(text, DrawAtMost);

    public static string Shorten(string text, int length)
    {
        if (text.Length <= length)
        {
            return text;
        }

        var end = char.IsHighSurrogate(text[length - 1]) ? length - 1 : length;
        return text[..end] + "…";
    }

    /// <summary>
    /// Takes the quoted passages out: <c>"…"</c>, <c>'…'</c>, “…”, ‘…’, 「…」, 『…』, «…». Each leaves a mark, so that the words around it
    /// do not grow together.
    /// </summary>
    public static string TakeQuotes(string text, List<string> quotes)
    {
        const string openers = "\"'“‘「『«＂", closers = "\"'”’」』»＂";
        var rest = new StringBuilder(text.Length);
        var dead = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var kind = openers.IndexOf(text[i], StringComparison.Ordinal);
            if (kind < 0 || (dead & (1 << kind)) != 0 || (text[i] is '\'' && i > 0 && char.IsLetterOrDigit(text[i - 1])))
            {
                rest.Append(text[i]);
                continue;
            }

            var end = Closing(text, i + 1, closers[kind]);
            if (end < 0)
            {
                dead |= 1 << kind;
                rest.Append(' ');
                continue;
            }

            var quote = text[(i + 1)..end].Trim();
            if (quote.Length > 0 && quotes.Count < 4)
            {
                quotes.Add(Shorten(quote));
            }

            rest.Append(" \u0001 ");
            i = end;
        }

        return rest.ToString();
    }

    private static int Closing(string text, int from, char closer)
    {
        var end = text.IndexOf(closer, from);
        while (closer is '\'' or '’' && end > 0 && end + 1 < text.Length && char.IsLetterOrDigit(text[end + 1]))
        {
            end = text.IndexOf(closer, end + 1);
        }

        return end;
    }

    private static bool IsNonCharacter(int value) => (value & 0xFFFE) == 0xFFFE || value is >= 0xFDD0 and <= 0xFDEF;

    private static Rune Fold(Rune rune) => rune.Value is >= 0xFF01 and <= 0xFF5E ? new Rune(rune.Value - 0xFEE0) : rune;
}
