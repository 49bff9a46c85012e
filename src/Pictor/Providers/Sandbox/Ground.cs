using System.Text;

namespace Pictor.Providers.Sandbox;

/// <summary>Open land: dunes, meadows, snow fields, the beach before the sea.</summary>
internal static class Ground
{
    public static void Dunes(Stage stage, double from)
    {
        var (svg, light, random) = (stage.Svg, stage.Light, stage.Random.Fork());
        var sand = stage.Finish.Tune(Colour.Hex("e8a860")).Mix(light.Near, light.Dark ? 0.72 : stage.Has(Scenery.Sunset) ? 0.25 : 0);
        var layers = 3 + stage.Finish.Detail;
        for (var i = 0; i < layers; i++)
        {
            var depth = i / (double)(layers - 1);
            var level = from + ((stage.Height - from) * depth * 0.78) + (18 * stage.Unit);
            var line = Ridges.Soft(random, stage.Width, level, (30 + (depth * 88)) * stage.Unit);
            var lit = sand.Mix(light.Horizon, 0.5 * (1 - depth)).Mix(light.Glow, 0.15);
            var shade = lit.Mix(light.Near, 0.3 + (depth * 0.22));
            svg.Path(Ridges.Land(line, stage.Height + 2), svg.Linear(0, 0, 0.25, 1, new Stop(0, lit), new Stop(1, lit.Mix(shade, 0.55))));

            // The lee side: a curve runs from the crest down to the viewer, and what lies behind it is in shade.
            var side = stage.SunX > stage.Width / 2 ? -1 : 1;
            var (crest, valley) = Lee(line, side);
            var ((x, y), reach) = (line[crest], Math.Abs(line[valley].X - line[crest].X) * side);
            var path = new StringBuilder($"M{Svg.N(x)} {Svg.N(y)}");
            for (var p = crest; p != valley; p += side)
            {
                path.Append($"L{Svg.N(line[p].X)} {Svg.N(line[p].Y)}");
            }

            var drop = (90 + (depth * 330)) * stage.Unit;
            path.Append($"L{Svg.N(line[valley].X)} {Svg.N(line[valley].Y)}L{Svg.N(x + (reach * 1.1))} {Svg.N(y + drop)}L{Svg.N(x + (reach * 0.42))} {Svg.N(y + drop)}C{Svg.N(x + (reach * 0.75))} {Svg.N(y + (drop * 0.6))} {Svg.N(x - (reach * 0.12))} {Svg.N(y + (drop * 0.42))} {Svg.N(x)} {Svg.N(y)}Z");
            svg.Path(path.ToString(), svg.Linear(side < 0 ? 1 : 0, 0, side < 0 ? 0 : 1, 1, new Stop(0, shade, 0.95), new Stop(0.28, shade, 0.6), new Stop(0.5, shade, 0)));
        }
    }

    public static void Meadow(Stage stage, double from)
    {
        var (svg, light, random) = (stage.Svg, stage.Light, stage.Random.Fork());
        var grass = stage.Finish.Tune(Colour.Hex(stage.Has(Scenery.Autumn) ? "c98f3c" : "6fae4e"));
        var layers = 3 + stage.Finish.Detail;
        for (var i = 0; i < layers; i++)
        {
            var depth = i / (double)(layers - 1);
            var level = from + ((stage.Height - from) * Math.Pow(depth, 1.2) * 0.75) + (14 * stage.Unit);
            var line = Ridges.Soft(random, stage.Width, level, (26 + (depth * 40)) * stage.Unit);
            var tone = grass.Mix(light.Horizon, 0.5 * (1 - depth)).Mix(light.Near, light.Dark ? 0.75 : 0.1 + (depth * (stage.Has(Scenery.Sunset) ? 0.6 : 0.28)));
            svg.Path(Ridges.Land(line, stage.Height + 2), svg.Vertical(new Stop(0, tone.Lighter(0.14)), new Stop(1, tone.Darker(0.16))));
            if (i > 0 && i < layers - 1)
            {
                var copse = random.Fork();
                Trees(stage, copse, line, (26 + (depth * 60)) * stage.Unit, tone.Mix(light.Near, 0.55));
            }
        }

        Flowers(stage, random, from);
    }

    public static void SnowField(Stage stage, double from)
    {
        var (svg, light, random) = (stage.Svg, stage.Light, stage.Random.Fork());
        for (var i = 0; i < 3; i++)
        {
            var depth = i / 2.0;
            var level = from + ((stage.Height - from) * depth * 0.58);
            var line = Ridges.Soft(random, stage.Width, level, (12 + (depth * 26)) * stage.Unit);
            var white = Colour.White.Mix(light.Horizon, light.Dark ? 0.42 : 0.16);
            var shade = white.Mix(light.Sky[light.Dark ? 1 : 0], 0.3 + (0.16 * depth));
            if (i > 0)
            {
                Woods.Row(stage, random, line, (70 + (depth * 90)) * stage.Unit, 7 + (2 * stage.Finish.Detail), light.Land(0.45 + (depth * 0.4)));
            }

            svg.Path(Ridges.Land(line, stage.Height + 2), svg.Vertical(new Stop(0, white), new Stop(1, shade)));
        }
    }

    public static void Beach(Stage stage, double from)
    {
        var (svg, light, random) = (stage.Svg, stage.Light, stage.Random.Fork());
        var sand = stage.Finish.Tune(Colour.Hex("f0d6a3")).Mix(light.Near, light.Dark ? 0.65 : stage.Has(Scenery.Sunset) ? 0.35 : 0.02);
        var line = Ridges.Soft(random, stage.Width, from, 26 * stage.Unit);
        (string Colour, double Up, double Opacity)[] foam = [(light.Horizon.Lighter(0.5).ToString(), 30, 0.35), (Colour.White.Mix(light.Horizon, 0.2).ToString(), 13, 0.9), (sand.Darker(0.2).ToString(), 2, 1)];
        foreach (var (colour, up, opacity) in foam)
        {
            svg.Path(Ridges.Land([.. line.Select(point => (point.X, point.Y - (up * stage.Unit)))], stage.Height + 2), colour, opacity);
        }

        svg.Path(Ridges.Land([.. line.Select(point => (point.X, point.Y + (14 * stage.Unit)))], stage.Height + 2), svg.Vertical(new Stop(0, sand), new Stop(1, sand.Darker(0.12))));
    }

    /// <summary>The longest way down from a crest to a valley, towards one side.</summary>
    private static (int Crest, int Valley) Lee((double X, double Y)[] line, int side)
    {
        var best = (Crest: line.Length / 2, Valley: (line.Length / 2) + side);
        var fall = 0.0;
        for (var crest = 1; crest < line.Length - 1; crest++)
        {
            var valley = crest;
            while (valley + side > 0 && valley + side < line.Length - 1 && line[valley + side].Y >= line[valley].Y)
            {
                valley += side;
            }

            if (line[valley].Y - line[crest].Y > fall)
            {
                (best, fall) = ((crest, valley), line[valley].Y - line[crest].Y);
            }
        }

        return best;
    }

    private static void Trees(Stage stage, SeededRandom random, (double X, double Y)[] line, double size, Colour colour)
    {
        var path = new StringBuilder();
        for (var group = 0; group < 3; group++)
        {
            var x = random.Next() * stage.Width;
            for (var i = 0; i < 6; i++)
            {
                var at = x + ((random.Next() + random.Next() - 1) * 1.5 * size);
                var r = size * random.Between(0.2, 0.42);
                path.Append(ShapePaths.Oval(at, Ridges.At(line, at) - (r * 0.55), r, r * 0.95));
            }
        }

        stage.Svg.Path(path.ToString(), stage.Svg.Vertical(new Stop(0, colour.Lighter(0.12)), new Stop(1, colour.Darker(0.15))));
    }

    private static void Flowers(Stage stage, SeededRandom random, double from)
    {
        if (stage.Light.Dark)
        {
            return;
        }

        foreach (var hex in (string[])["fff4d0", "f7c948", "ef6f6c"])
        {
            var dots = new StringBuilder();
            for (var i = stage.Finish.Scale(stage.Has(Scenery.Spring) ? 90 : 36); i > 0; i--)
            {
                var t = Math.Sqrt(random.Next());
                var r = (1 + (t * 3)) * stage.Unit;
                dots.Append(ShapePaths.Oval(random.Next() * stage.Width, stage.Height - ((1 - t) * (stage.Height - from) * 0.35), r, r * 0.8));
            }

            stage.Svg.Path(dots.ToString(), hex.Insert(0, "#"), 0.85);
        }
    }
}
