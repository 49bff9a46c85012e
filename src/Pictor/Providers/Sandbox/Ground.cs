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
            var line = Ridges.Soft(random, stage.Width, level, (22 + (depth * 62)) * stage.Unit);
            var lit = sand.Mix(light.Horizon, 0.5 * (1 - depth)).Mix(light.Glow, 0.15);
            var shade = lit.Mix(light.Near, 0.3 + (depth * 0.22));
            svg.Path(Ridges.Land(line, stage.Height + 2), svg.Linear(0, 0, 0.25, 1, new Stop(0, lit), new Stop(1, lit.Mix(shade, 0.55))));

            // The lee side: from a crest, a curve runs down to the viewer, and all on its one side lies in shade.
            var crest = Crest(line, random);
            var (x, y) = line[crest];
            var side = stage.SunX > x ? -1 : 1;
            var reach = random.Between(0.26, 0.42) * stage.Width * side;
            var slope = line.Where(point => side < 0 ? point.X <= x && point.X >= x + reach : point.X >= x && point.X <= x + reach).ToList();
            if (side < 0)
            {
                slope.Reverse();
            }

            var path = new StringBuilder($"M{Svg.N(x)} {Svg.N(y)}");
            slope.ForEach(point => path.Append($"L{Svg.N(point.X)} {Svg.N(point.Y)}"));
            path.Append($"L{Svg.N(x + reach)} {Svg.N(stage.Height)}L{Svg.N(x + (reach * 0.1))} {Svg.N(stage.Height)}C{Svg.N(x + (reach * 0.55))} {Svg.N(y + ((stage.Height - y) * 0.55))} {Svg.N(x + (reach * 0.02))} {Svg.N(y + ((stage.Height - y) * 0.4))} {Svg.N(x)} {Svg.N(y)}Z");
            svg.Path(path.ToString(), svg.Linear(side < 0 ? 1 : 0, 0, side < 0 ? 0 : 1, 0.15, new Stop(0, shade, 0.85), new Stop(1, shade, 0)));
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
            var line = Ridges.Soft(random, stage.Width, level, (20 + (depth * 34)) * stage.Unit);
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
            var level = from + ((stage.Height - from) * (0.1 + (depth * 0.5)));
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

    private static int Crest((double X, double Y)[] line, SeededRandom random)
    {
        var first = random.Below(line.Length / 3);
        var best = first;
        for (var i = first; i < Math.Min(line.Length, first + (line.Length * 2 / 3)); i++)
        {
            best = line[i].Y < line[best].Y ? i : best;
        }

        return best;
    }

    private static void Trees(Stage stage, SeededRandom random, (double X, double Y)[] line, double size, Colour colour)
    {
        var path = new StringBuilder();
        for (var group = 0; group < 3; group++)
        {
            var x = random.Next() * stage.Width;
            for (var i = 0; i < 3; i++)
            {
                var at = x + (random.Between(-1.6, 1.6) * size);
                var r = size * random.Between(0.28, 0.48);
                path.Append(ShapePaths.Oval(at, Ridges.At(line, at) - (r * 0.7), r * 0.85, r));
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
