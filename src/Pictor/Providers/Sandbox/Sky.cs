using System.Text;

namespace Pictor.Providers.Sandbox;

/// <summary>Everything above the horizon: the gradient, stars, aurora, sun or moon with their glow, clouds.</summary>
internal static class Sky
{
    public static void Paint(Stage stage)
    {
        var svg = stage.Svg;
        if (!stage.Finish.Transparent)
        {
            svg.Rect(0, 0, stage.Width, stage.Height, svg.Linear(0, 0, 0, stage.Horizon / stage.Height, Svg.Even(stage.Light.Sky)));
        }

        if (stage.Light.Dark)
        {
            Stars(stage, stage.Has(Scenery.Stars) ? 420 : 150, stage.Horizon);
        }

        if (stage.Has(Scenery.Stars) && stage.Light.Dark)
        {
            MilkyWay(stage);
        }

        if (stage.Has(Scenery.Aurora))
        {
            Aurora(stage);
        }

        if (!stage.Has(Scenery.Rain | Scenery.Aurora) && (!stage.Light.Dark || stage.Has(Scenery.Moon) || !stage.Has(Scenery.Stars)))
        {
            Disc(stage);
        }

        if (stage.Has(Scenery.Clouds | Scenery.Rain | Scenery.Sunset | Scenery.Sunrise | Scenery.Day) || (!stage.Light.Dark && stage.Random.Chance(0.7)))
        {
            Clouds(stage);
        }
    }

    /// <summary>All stars of one size are one path: a thousand elements would cost more than the rest of the picture.</summary>
    public static void Stars(Stage stage, int count, double down)
    {
        var random = stage.Random.Fork();
        StringBuilder[] sizes = [new(), new(), new()];
        for (var i = stage.Finish.Scale(count); i > 0; i--)
        {
            var size = random.Chance(0.06) ? 2 : random.Chance(0.3) ? 1 : 0;
            sizes[size].Append('M').Append(Svg.N(random.Next() * stage.Width)).Append(' ').Append(Svg.N(Math.Pow(random.Next(), 1.25) * down)).Append("h0");
        }

        double[] thickness = [1.1, 1.9, 3.2];
        double[] opacity = [0.55, 0.8, 1];
        for (var i = 0; i < sizes.Length; i++)
        {
            if (sizes[i].Length > 0)
            {
                stage.Svg.Stroke(sizes[i].ToString(), "#fdfbff", Math.Max(0.8, thickness[i] * stage.Unit), opacity[i]);
            }
        }
    }

    /// <summary>A soft round light.</summary>
    public static void Glow(Svg svg, double x, double y, double radius, Colour colour, double strength) =>
        svg.Circle(x, y, radius, svg.Radial(new Stop(0, colour, strength), new Stop(0.25, colour, strength * 0.55), new Stop(0.6, colour, strength * 0.14), new Stop(1, colour, 0)));

    private static void Disc(Stage stage)
    {
        var (svg, light, unit) = (stage.Svg, stage.Light, stage.Unit);
        var low = stage.Has(Scenery.Sunset | Scenery.Sunrise) && !light.Dark;
        var radius = (low ? 62 : light.Dark ? 44 : 40) * unit;
        Glow(svg, stage.SunX, stage.SunY, (low ? 520 : 300) * unit, light.Glow, low ? 0.75 : 0.5);
        if (low)
        {
            svg.Ellipse(stage.SunX, stage.SunY, stage.Width * 0.75, 170 * unit, svg.Radial(new Stop(0, light.Glow, 0.5), new Stop(1, light.Glow, 0)));
        }

        svg.Circle(stage.SunX, stage.SunY, radius, light.Glow.Lighter(light.Dark ? 0.1 : 0.55).ToString());
        if (light.Dark)
        {
            foreach (var (x, y, r) in ((double, double, double)[])[(-0.3, -0.2, 0.22), (0.25, 0.3, 0.28), (0.32, -0.35, 0.13), (-0.25, 0.45, 0.12)])
            {
                svg.Circle(stage.SunX + (x * radius), stage.SunY + (y * radius), r * radius, light.Glow.Darker(0.18).ToString(), 0.5);
            }
        }
    }

    private static void MilkyWay(Stage stage)
    {
        var (svg, random) = (stage.Svg, stage.Random.Fork());
        var tilt = random.Between(-38, -22);
        svg.Open($"transform=\"rotate({Svg.N(tilt)} {Svg.N(stage.Width / 2)} {Svg.N(stage.Horizon / 2)})\"");
        foreach (var (offset, colour, strength) in ((double, string, double)[])[(0, "8fa8ff", 0.3), (-0.03, "d8b8ff", 0.2), (0.04, "7fd0ff", 0.16)])
        {
            var tone = Colour.Hex(colour);
            svg.Ellipse(stage.Width / 2, stage.Horizon * (0.48 + offset), stage.Width * 0.85, stage.Horizon * 0.2, svg.Radial(new Stop(0, tone, strength), new Stop(0.5, tone, strength * 0.4), new Stop(1, tone, 0)));
        }

        var dust = new StringBuilder();
        for (var i = stage.Finish.Scale(260); i > 0; i--)
        {
            var across = (random.Next() + random.Next() + random.Next() - 1.5) * 0.16;
            dust.Append($"M{Svg.N(random.Between(-0.2, 1.2) * stage.Width)} {Svg.N(stage.Horizon * (0.48 + across))}h0");
        }

        svg.Stroke(dust.ToString(), "#f4f0ff", Math.Max(0.8, 1.2 * stage.Unit), 0.7);
        svg.Close();
    }

    private static void Aurora(Stage stage)
    {
        var (svg, random) = (stage.Svg, stage.Random.Fork());
        string[] colours = ["4dffb0", "3fe0d0", "9a7bff"];
        for (var band = 0; band < 3; band++)
        {
            var colour = Colour.Hex(colours[band]);
            var fill = svg.Vertical(new Stop(0, colour, 0), new Stop(0.75, colour, 0.5), new Stop(1, colour, 0));
            var baseY = stage.Horizon * random.Between(0.5, 0.78);
            double phase = random.Next() * 6, step = 10 * stage.Unit;

            // Curtains: narrow rays whose feet follow two waves. Each ends where the next but one begins: a gap would show as a dark line.
            for (double x = -step; x < stage.Width + step; x += step)
            {
                var t = x / stage.Width;
                var foot = baseY + (Math.Sin((t * 5) + phase) * 60 * stage.Unit) + (Math.Sin((t * 13) + (phase * 2)) * 18 * stage.Unit);
                var height = (170 + (Math.Sin((t * 31) + phase) * 60) + (random.Next() * 90)) * stage.Unit;
                svg.Rect(x, foot - height, step * 2, height, fill, 0.55);
            }
        }
    }

    private static void Clouds(Stage stage)
    {
        var (svg, light, random) = (stage.Svg, stage.Light, stage.Random.Fork());
        var many = stage.Has(Scenery.Clouds | Scenery.Rain);
        var low = stage.Has(Scenery.Sunset | Scenery.Sunrise);
        var bright = stage.Has(Scenery.Rain) ? light.Sky[0].Darker(0.12) : light.Dark ? light.Sky[^1].Lighter(0.15) : low ? light.Horizon.Mix(light.Sky[^2], 0.45).Lighter(0.15) : Colour.White;
        for (var i = stage.Finish.Scale(many ? 9 : 5); i > 0; i--)
        {
            var (x, y) = (random.Next() * stage.Width, stage.Horizon * random.Between(0.1, low ? 0.72 : 0.6));
            var length = random.Between(130, many ? 420 : 330) * stage.Unit * (1.25 - (y / stage.Horizon));
            if (low || light.Dark)
            {
                Streak(stage, random, x, y, length, bright);
            }
            else
            {
                var fill = svg.Vertical(new Stop(0, bright, 0.95), new Stop(1, bright.Mix(light.Sky[1], 0.45), 0.55));
                Puff(svg, random, x, y, length, fill);
            }
        }
    }

    /// <summary>Long thin clouds, lit from below.</summary>
    private static void Streak(Stage stage, SeededRandom random, double x, double y, double length, Colour colour)
    {
        var fill = stage.Svg.Linear(0, 0, 1, 0, new Stop(0, colour, 0), new Stop(0.35, colour, 0.55), new Stop(0.7, colour, 0.4), new Stop(1, colour, 0));
        for (var i = 0; i < 3; i++)
        {
            var span = length * random.Between(0.8, 1.6);
            stage.Svg.Ellipse(x + (random.Between(-0.4, 0.4) * length), y + (i * 7 * stage.Unit), span, random.Between(3, 8) * stage.Unit, fill, 0.8);
        }
    }

    /// <summary>A heap of round tops on a flat base, as one outline.</summary>
    private static void Puff(Svg svg, SeededRandom random, double x, double y, double length, string fill)
    {
        var path = new StringBuilder();
        var tops = 4 + random.Below(3);
        var r = length / tops;
        for (var i = 0; i < tops; i++)
        {
            var t = (i + 0.5) / tops;
            var middle = 1 - Math.Abs((t * 2) - 1);
            var size = r * (0.42 + (middle * random.Between(0.35, 0.75)));
            path.Append(ShapePaths.Oval(x + ((t - 0.5) * length), y - (size * 0.8), size * 1.1, size));
        }

        // The flat base, rounded at its ends, wound like the tops: paths of the other direction would cut holes.
        var (half, low) = (length * 0.52, r * 0.3);
        path.Append($"M{Svg.N(x - half)} {Svg.N(y)}H{Svg.N(x + half)}a{Svg.N(low)} {Svg.N(low)} 0 0 0 {Svg.N(-low)} {Svg.N(-low)}H{Svg.N(x - half + low)}a{Svg.N(low)} {Svg.N(low)} 0 0 0 {Svg.N(-low)} {Svg.N(low)}Z");
        svg.Path(path.ToString(), fill, random.Between(0.7, 0.96));
    }
}
