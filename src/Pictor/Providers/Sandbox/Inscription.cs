namespace Pictor.Providers.Sandbox;

/// <summary>Where quoted text goes: over a picture, beside shapes, or as a poster of its own.</summary>
internal static class Inscription
{
    private static readonly Colour Ink = Colour.Hex("1c2430");

    /// <summary>White with a shadow, in the lower third unless a place was named.</summary>
    public static void OverPicture(Svg svg, Description description)
    {
        if (Text(description) is not { } text)
        {
            return;
        }

        var (x, y, w, h) = Box(svg, description.TextPlace ?? Place.Bottom);
        var shift = svg.ShortSide * 0.004;
        var largest = svg.ShortSide * 0.13;
        Lettering.Write(svg, text, x + shift, y + shift, w, h, largest, Ink, "opacity=\"0.55\"");
        Lettering.Write(svg, text, x, y, w, h, largest, description.TextColour ?? Colour.White);
    }

    /// <summary>On the plain ground of described shapes: below them unless a place was named.</summary>
    public static void BesideShapes(Svg svg, Description description)
    {
        if (Text(description) is not { } text)
        {
            return;
        }

        var ground = ShapesDrawing.BackdropOf(description).First;
        var (x, y, w, h) = Box(svg, description.TextPlace ?? Place.Bottom);
        Lettering.Write(svg, text, x, y, w, h, svg.ShortSide * 0.12, Readable(description.TextColour, ground, Ink));
    }

    /// <summary>Text alone: an emblem of three overlapping forms, the words below.</summary>
    public static void Poster(Svg svg, Description description, Palette palette, SeededRandom random, Finish finish)
    {
        var ground = description.Background?.First ?? palette.Pale.Lighter(0.55);
        if (!finish.Transparent)
        {
            svg.Fill(description.Background is { } backdrop ? ShapesDrawing.Paint(svg, backdrop, finish) : ground.ToString());
        }

        var (x, y, r) = (svg.Width / 2.0, svg.Height * 0.36, svg.ShortSide * 0.15);
        var strong = palette.Colours.Where(colour => Math.Abs(colour.Luminance - ground.Luminance) > 0.18).DefaultIfEmpty(Ink).ToList();
        svg.Open("style=\"isolation:isolate\"");
        var turn = random.Between(0, 360);
        var petals = 3 + random.Below(4);
        for (var i = 0; i < petals; i++)
        {
            var angle = (turn + (i * 360.0 / petals)) * Math.PI / 180;
            svg.Circle(x + (Math.Cos(angle) * r * 0.5), y + (Math.Sin(angle) * r * 0.5), r * 0.78, strong[i % strong.Count].ToString(), 0.78);
        }

        svg.Close();
        svg.Circle(x, y, r * 0.3, ground.ToString());
        var colour = Readable(description.TextColour, ground, palette.Deep.Mix(Ink, 0.4));
        Lettering.Write(svg, string.Join('\n', description.Texts), svg.Width * 0.1, svg.Height * 0.57, svg.Width * 0.8, svg.Height * 0.3, svg.ShortSide * 0.17, colour);
        svg.Rect(x - (r * 0.5), svg.Height * 0.89, r, Math.Max(2, svg.ShortSide * 0.006), palette.Accent.ToString(), radius: svg.ShortSide * 0.003);
    }

    /// <summary>The colour that was asked for, unless it would vanish on the ground.</summary>
    private static Colour Readable(Colour? wanted, Colour ground, Colour dark) =>
        wanted is { } colour && Math.Abs(colour.Luminance - ground.Luminance) > 0.1 ? colour : ground.Luminance > 0.55 ? dark : Colour.White;

    private static string? Text(Description description) =>
        description.Texts.Count > 0 ? string.Join('\n', description.Texts) : null;

    private static (double X, double Y, double Width, double Height) Box(Svg svg, Place place)
    {
        var (column, row) = ((int)place % 3, (int)place / 3);
        var width = svg.Width * (column == 1 ? 0.86 : 0.46);
        var height = svg.Height * 0.22;
        var x = column == 0 ? svg.Width * 0.04 : column == 1 ? (svg.Width - width) / 2 : svg.Width * 0.5;
        var y = row == 0 ? svg.Height * 0.05 : row == 1 ? (svg.Height - height) / 2 : svg.Height * 0.71;
        return (x, y, width, height);
    }
}
