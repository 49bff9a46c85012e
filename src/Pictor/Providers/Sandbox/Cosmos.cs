namespace Pictor.Providers.Sandbox;

/// <summary>Outer space: nebulae, stars, a planet with its night side and perhaps a ring.</summary>
internal static class Cosmos
{
    public static void Paint(Stage stage)
    {
        var (svg, random) = (stage.Svg, stage.Random.Fork());
        if (!stage.Finish.Transparent)
        {
            svg.Fill(svg.Linear(0, 0, 1, 1, new Stop(0, Colour.Hex("05061a")), new Stop(0.5, Colour.Hex("141238")), new Stop(1, Colour.Hex("04050f"))));
        }

        var hue = random.Between(180, 340);
        for (var i = 0; i < 5 + stage.Finish.Detail; i++)
        {
            var cloud = stage.Finish.Tune(Colour.Hsl(hue + random.Between(-50, 50), 0.75, 0.55));
            var r = random.Between(0.2, 0.5) * stage.Width;
            svg.Ellipse(random.Next() * stage.Width, random.Next() * stage.Height, r, r * random.Between(0.4, 0.9), svg.Radial(new Stop(0, cloud, 0.3), new Stop(0.5, cloud, 0.1), new Stop(1, cloud, 0)));
        }

        Sky.Stars(stage, 420, stage.Height);
        var (x, y) = (stage.Width * random.Between(0.34, 0.66), stage.Height * random.Between(0.42, 0.6));
        var radius = Math.Min(stage.Width, stage.Height) * random.Between(0.17, 0.23);
        Planet(stage, random, x, y, radius, hue + random.Between(100, 220), ring: random.Chance(0.65));
        Planet(stage, random, x + (radius * random.Between(-2.2, -1.5)), y - (radius * random.Between(0.9, 1.4)), radius * 0.22, hue + 40, ring: false);
    }

    private static void Planet(Stage stage, SeededRandom random, double x, double y, double r, double hue, bool ring)
    {
        var svg = stage.Svg;
        var tone = stage.Finish.Tune(Colour.Hsl(hue, 0.55, 0.58));
        Sky.Glow(svg, x, y, r * 1.9, tone.Lighter(0.2), 0.4);
        var tilt = $"transform=\"rotate(-18 {Svg.N(x)} {Svg.N(y)})\"";
        if (ring)
        {
            svg.Open(tilt);
            Ring(svg, x, y, r, tone, upper: true);
            svg.Close();
        }

        svg.Open($"{svg.Clip(ShapePaths.Oval(x, y, r, r))}");
        svg.Open(tilt);
        svg.Rect(x - (r * 1.5), y - (r * 1.5), r * 3, r * 3, tone.ToString());
        for (var band = -1.0; band < 1; band += random.Between(0.14, 0.32))
        {
            svg.Ellipse(x, y + (band * r), r * 1.3, r * random.Between(0.05, 0.14), tone.Turned(random.Between(-25, 25)).Mix(random.Chance(0.5) ? Colour.White : Colour.Black, 0.18).ToString(), 0.6);
        }

        svg.Close();
        var night = Colour.Hex("03041a");
        svg.Circle(x, y, r * 1.01, svg.RadialAt(0.3, 0.3, 0.78, new Stop(0, Colour.White, 0.3), new Stop(0.3, Colour.White, 0), new Stop(0.45, night, 0), new Stop(1, night, 0.9)));
        svg.Close();
        if (ring)
        {
            svg.Open(tilt);
            Ring(svg, x, y, r, tone, upper: false);
            svg.Close();
        }
    }

    private static void Ring(Svg svg, double x, double y, double r, Colour tone, bool upper)
    {
        foreach (var (size, thickness, opacity) in ((double, double, double)[])[(1.55, 0.1, 0.75), (1.75, 0.14, 0.5), (1.98, 0.05, 0.6)])
        {
            var rx = r * size;
            svg.Raw($"<path d=\"M{Svg.N(x - rx)} {Svg.N(y)}A{Svg.N(rx)} {Svg.N(rx * 0.26)} 0 0 {(upper ? 1 : 0)} {Svg.N(x + rx)} {Svg.N(y)}\" fill=\"none\" stroke=\"{tone.Lighter(0.55)}\" stroke-width=\"{Svg.N(r * thickness)}\" opacity=\"{Svg.F(opacity)}\"/>");
        }
    }
}
