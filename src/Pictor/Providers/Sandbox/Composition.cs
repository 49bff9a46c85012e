using System.Text;

namespace Pictor.Providers.Sandbox;

/// <summary>For prompts that name nothing it can draw: one of five abstract pictures, chosen and varied by the seed.</summary>
internal static class Composition
{
    public static void Paint(Svg svg, Palette palette, SeededRandom random, Finish finish)
    {
        switch (random.Below(5))
        {
            case 0: TileComposition.Paint(svg, palette, random, finish); break;
            case 1: Waves(svg, palette, random, finish); break;
            case 2: Orbs(svg, palette, random, finish); break;
            case 3: Arches(svg, palette, random, finish); break;
            default: FacetComposition.Paint(svg, palette, random, finish); break;
        }
    }

    /// <summary>Paper waves, each with the shadow of the one before it, under a disc.</summary>
    public static void Waves(Svg svg, Palette palette, SeededRandom random, Finish finish)
    {
        var colours = palette.Colours.OrderByDescending(colour => colour.Luminance).ToList();
        if (!finish.Transparent)
        {
            svg.Fill(svg.Vertical(new Stop(0, palette.Pale.Lighter(0.3)), new Stop(1, palette.Pale)));
        }

        var (x, y, r) = (svg.Width * random.Between(0.28, 0.72), svg.Height * random.Between(0.24, 0.36), svg.ShortSide * random.Between(0.12, 0.19));
        Sky.Glow(svg, x, y, r * 2.6, palette.Accent, 0.35);
        svg.Circle(x, y, r, svg.Vertical(new Stop(0, palette.Accent.Lighter(0.25)), new Stop(1, palette.Accent)));
        var layers = 4 + finish.Detail;
        for (var i = 0; i < layers; i++)
        {
            var t = i / (double)(layers - 1);
            var position = t * (colours.Count - 1);
            var tone = colours[(int)position].Mix(colours[Math.Min(colours.Count - 1, (int)position + 1)], position - (int)position);
            var line = Ridges.Soft(random, svg.Width, svg.Height * (0.38 + (t * 0.5)), svg.Height * random.Between(0.05, 0.11), 60);
            svg.Path(Ridges.Land([.. line.Select(point => (point.X, point.Y - (svg.ShortSide * 0.02)))], svg.Height), svg.Vertical(new Stop(0, Colour.Black, 0.02), new Stop(0.1, Colour.Black, 0.16)), 0.8);
            svg.Path(Ridges.Land(line, svg.Height), svg.Linear(0, 0, 1, 1, new Stop(0, tone.Lighter(0.12)), new Stop(1, tone.Darker(0.1))));
        }
    }

    /// <summary>Soft lights of many sizes with glassy rings.</summary>
    public static void Orbs(Svg svg, Palette palette, SeededRandom random, Finish finish)
    {
        var deep = palette.Deep;
        if (!finish.Transparent)
        {
            svg.Fill(svg.Linear(0, 0, 1, 1, new Stop(0, deep.Lighter(0.06)), new Stop(1, deep.Darker(0.35))));
        }

        for (var i = 0; i < 5; i++)
        {
            var light = palette.Colours[i % palette.Colours.Count];
            var r = svg.ShortSide * random.Between(0.4, 0.75);
            svg.Circle(random.Next() * svg.Width, random.Next() * svg.Height, r, svg.Radial(new Stop(0, light, 0.75), new Stop(0.5, light, 0.28), new Stop(1, light, 0)));
        }

        for (var i = finish.Scale(12); i > 0; i--)
        {
            var (x, y, r) = (random.Next() * svg.Width, random.Next() * svg.Height, svg.ShortSide * Math.Pow(random.Next(), 2.2) * 0.2 + (svg.ShortSide * 0.012));
            var tone = random.Pick(palette.Colours);
            svg.Circle(x, y, r, svg.RadialAt(0.34, 0.3, 0.75, new Stop(0, tone.Lighter(0.65), 0.95), new Stop(0.5, tone, 0.75), new Stop(1, tone.Darker(0.35), 0.7)), random.Between(0.75, 1));
            svg.Stroke(ShapePaths.Oval(x, y, r, r), tone.Lighter(0.6).ToString(), Math.Max(1, svg.ShortSide * 0.0014), 0.6);
        }
    }

    /// <summary>Rainbow arches on bands of land.</summary>
    public static void Arches(Svg svg, Palette palette, SeededRandom random, Finish finish)
    {
        if (!finish.Transparent)
        {
            svg.Fill(palette.Pale.Lighter(0.35).ToString());
        }

        var colours = palette.Colours.OrderBy(colour => colour.Luminance).ToList();
        var unit = svg.ShortSide;
        svg.Circle(svg.Width * random.Between(0.15, 0.85), unit * random.Between(0.14, 0.24), unit * random.Between(0.07, 0.12), palette.Accent.ToString());
        var arches = 2 + (svg.Width > svg.Height * 1.3 ? 1 : 0);
        for (var arch = 0; arch < arches; arch++)
        {
            var x = svg.Width * ((arch + 0.5 + random.Between(-0.12, 0.12)) / arches);
            var outer = unit * random.Between(0.3, 0.42);
            var foot = svg.Height * random.Between(0.72, 0.84);
            var bands = 3 + finish.Detail;
            for (var band = 0; band < bands; band++)
            {
                var r = outer * (1 - (band / (double)(bands + 0.4)));
                var tone = band == bands - 1 ? palette.Pale.Lighter(0.35) : colours[(band + arch) % (colours.Count - 1)];
                svg.Path($"M{Svg.N(x - r)} {svg.Height}V{Svg.N(foot - (outer * 0.4))}A{Svg.N(r)} {Svg.N(r)} 0 0 1 {Svg.N(x + r)} {Svg.N(foot - (outer * 0.4))}V{svg.Height}Z", tone.ToString());
            }
        }

        for (var i = 0; i < 3; i++)
        {
            var line = Ridges.Soft(random, svg.Width, svg.Height * (0.76 + (i * 0.08)), svg.Height * 0.035);
            svg.Path(Ridges.Land(line, svg.Height), colours[(3 - i) % colours.Count].ToString());
        }

        var dots = new StringBuilder();
        for (var i = finish.Scale(26); i > 0; i--)
        {
            var r = unit * random.Between(0.002, 0.006);
            dots.Append(ShapePaths.Oval(random.Next() * svg.Width, random.Next() * svg.Height * 0.5, r, r));
        }

        svg.Path(dots.ToString(), palette.Deep.ToString(), 0.55);
    }
}
