namespace Pictor.Providers.Sandbox;

/// <summary>The caption inside the bottom 24 pixels, and the watermark where one was asked for.</summary>
internal static class Marks
{
    /// <summary>Nothing above this many pixels from the bottom belongs to the caption.</summary>
    public const int CaptionHeight = 24;

    public static void Draw(Svg svg, PaintOrder order)
    {
        if (order.Watermark)
        {
            Watermark(svg);
        }

        if (order.Caption)
        {
            Caption(svg);
        }
    }

    /// <summary>A badge in the corner: readable on every ground, and the corner pixel itself stays free.</summary>
    private static void Caption(Svg svg)
    {
        const double width = 58, height = 16, gap = 4;
        var (left, top) = (Math.Max(gap, svg.Width - width - gap), svg.Height - height - gap);
        svg.Rect(left, top, Math.Min(width, svg.Width - (2 * gap)), height, "#10141c", 0.5, height / 2);
        svg.Raw($"<text x=\"{Svg.N(left + (Math.Min(width, svg.Width - (2 * gap)) / 2))}\" y=\"{Svg.N(top + 11.8)}\" font-family=\"{Lettering.Fonts}\" font-size=\"11\" text-anchor=\"middle\" fill=\"#fff\">sandbox</text>");
    }

    private static void Watermark(Svg svg)
    {
        var size = svg.ShortSide * 0.075;
        svg.Open($"transform=\"rotate(-28 {svg.Width / 2} {svg.Height / 2})\" opacity=\"0.3\"");
        for (var row = -1; row <= 1; row++)
        {
            var y = (svg.Height / 2.0) + (row * svg.ShortSide * 0.3) - size;
            Lettering.Write(svg, "SANDBOX", size * 0.05, y + (size * 0.05), svg.Width, size * 2, size, Colour.Black);
            Lettering.Write(svg, "SANDBOX", 0, y, svg.Width, size * 2, size, Colour.White);
        }

        svg.Close();
    }
}
