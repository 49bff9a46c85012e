namespace Pictor.Providers.Sandbox;

/// <summary>A grid of flat tiles: quarter and half circles, rings, triangles, stripes.</summary>
internal static class TileComposition
{
    public static void Paint(Svg svg, Palette palette, SeededRandom random, Finish finish)
    {
        var across = Math.Max(2, (int)Math.Round(svg.Width / (svg.ShortSide / (2 + finish.Detail))));
        var size = svg.Width / (double)across;
        var down = (int)Math.Ceiling(svg.Height / size);
        if (!finish.Transparent)
        {
            svg.Fill(palette.Pale.ToString());
        }

        for (var row = 0; row < down; row++)
        {
            for (var column = 0; column < across; column++)
            {
                Tile(svg, palette, random, column * size, row * size, size, finish.Transparent);
            }
        }
    }

    private static void Tile(Svg svg, Palette palette, SeededRandom random, double x, double y, double s, bool bare)
    {
        var ground = random.Pick(palette.Colours);
        var figure = Other(palette, random, ground);
        var second = Other(palette, random, figure);
        if (!bare)
        {
            // A hair wider than the cell: neighbours must not show a seam.
            svg.Rect(x, y, s + 0.6, s + 0.6, ground.ToString());
        }

        svg.Open($"transform=\"translate({Svg.N(x)} {Svg.N(y)}) rotate({random.Below(4) * 90} {Svg.N(s / 2)} {Svg.N(s / 2)})\"");
        var n = Svg.N(s);
        switch (random.Below(7))
        {
            case 0:
                svg.Path($"M0 0H{n}A{n} {n} 0 0 1 0 {n}Z", figure.ToString());
                break;
            case 1:
                svg.Path($"M0 0H{n}A{n} {n} 0 0 1 0 {n}Z", figure.ToString());
                svg.Path($"M0 0H{Svg.N(s / 2)}A{Svg.N(s / 2)} {Svg.N(s / 2)} 0 0 1 0 {Svg.N(s / 2)}Z", second.ToString());
                break;
            case 2:
                svg.Path($"M0 0A{Svg.N(s / 2)} {Svg.N(s / 2)} 0 0 0 {n} 0Z", figure.ToString());
                svg.Path($"M0 {Svg.N(s / 2)}A{Svg.N(s / 2)} {Svg.N(s / 2)} 0 0 0 {n} {Svg.N(s / 2)}Z", second.ToString());
                break;
            case 3:
                svg.Circle(s / 2, s / 2, s * 0.4, figure.ToString());
                svg.Circle(s / 2, s / 2, s * 0.2, second.ToString());
                break;
            case 4:
                svg.Path($"M0 0L{n} 0L0 {n}Z", figure.ToString());
                break;
            case 5:
                for (var i = 0; i < 4; i++)
                {
                    svg.Rect(0, s * ((i * 2) + 0.5) / 8, s, s / 8, figure.ToString());
                }

                break;
            default:
                svg.Path($"M0 0A{n} {n} 0 0 1 {n} {n}A{n} {n} 0 0 1 0 0Z", figure.ToString());
                break;
        }

        svg.Close();
    }

    private static Colour Other(Palette palette, SeededRandom random, Colour than)
    {
        var choice = random.Below(palette.Colours.Count);
        return palette.Colours[choice] == than ? palette.Colours[(choice + 1) % palette.Colours.Count] : palette.Colours[choice];
    }
}
