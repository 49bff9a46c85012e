using System.Globalization;
using System.Text;

namespace Pictor.Providers.Sandbox;

/// <summary>Sets text: breaks lines, finds the size that fits, writes it. Widths are estimated generously, so nothing is cut off.</summary>
internal static class Lettering
{
    /// <summary>The fonts that may come with the build or the machine, best first.</summary>
    public const string Fonts = "'Noto Sans SC', 'Noto Sans', 'DejaVu Sans', sans-serif";

    /// <summary>The font of the build has one weight; a stroke of this many em makes it bolder.</summary>
    private const double Weight = 0.03;

    private const int MostLines = 6;

    /// <summary>Writes into a box, centred, as large as fits and at most <paramref name="largest"/>; gives the height it took.</summary>
    public static double Write(Svg svg, string text, double x, double y, double width, double height, double largest, Colour colour, string attributes = "")
    {
        var (lines, size) = Fit(text, width, height, largest);
        var lead = size * 1.22;
        var top = y + ((height - (lead * lines.Count)) / 2) + (size * 0.92);
        for (var i = 0; i < lines.Count; i++)
        {
            svg.Raw($"<text x=\"{Svg.N(x + (width / 2))}\" y=\"{Svg.N(top + (i * lead))}\" font-family=\"{Fonts}\" font-size=\"{Svg.N(size)}\" text-anchor=\"middle\" fill=\"{colour}\" stroke=\"{colour}\" stroke-width=\"{Svg.N(size * Weight)}\" {attributes}>{PromptText.Escape(lines[i])}</text>");
        }

        return lead * lines.Count;
    }

    public static (IReadOnlyList<string> Lines, double Size) Fit(string text, double width, double height, double largest)
    {
        var size = largest;
        while (size > 6)
        {
            var lines = Break(text, width / size);
            if (lines.Count <= MostLines && lines.Count * size * 1.22 <= height && lines.TrueForAll(line => Width(line) * size <= width))
            {
                return (lines, size);
            }

            size *= 0.92;
        }

        var smallest = Break(text, width / size);
        return (smallest.GetRange(0, Math.Min(MostLines, smallest.Count)), size);
    }

    /// <summary>In em, bold.</summary>
    public static double Width(string text)
    {
        var width = 0.0;
        foreach (var rune in text.EnumerateRunes())
        {
            width += rune.Value switch
            {
                >= 0x1100 => 1.05,
                'i' or 'l' or 'j' or 'I' or '.' or ',' or '\'' or '|' or '!' or ':' or ';' => 0.4,
                ' ' or 'f' or 't' or 'r' or '(' or ')' or '-' => 0.5,
                'm' or 'w' or 'M' or 'W' or '@' or '%' => 1.08,
                >= 'A' and <= 'Z' => 0.82,
                _ => Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark ? 0 : 0.72,
            };
        }

        return width;
    }

    private static List<string> Break(string text, double most)
    {
        var lines = new List<string>();
        var line = new StringBuilder();
        foreach (var piece in Pieces(text))
        {
            if (line.Length > 0 && Width(line + piece.TrimEnd()) > most)
            {
                lines.Add(line.ToString().Trim());
                line.Clear();
            }

            line.Append(piece);
        }

        if (line.ToString().Trim() is { Length: > 0 } last)
        {
            lines.Add(last);
        }

        return lines;
    }

    /// <summary>Words with the blank behind them; each Chinese character is a piece of its own.</summary>
    private static IEnumerable<string> Pieces(string text)
    {
        var piece = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            piece.Append(rune);
            if (rune.Value is ' ' or '\n' or >= 0x2e80 || piece.Length > 40)
            {
                yield return piece.Replace('\n', ' ').ToString();
                piece.Clear();
            }
        }

        if (piece.Length > 0)
        {
            yield return piece.ToString();
        }
    }
}
