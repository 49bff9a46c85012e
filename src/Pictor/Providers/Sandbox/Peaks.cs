namespace Pictor.Providers.Sandbox;

/// <summary>Mountains: hazy ridges behind, then peaks with a lit and a shaded face, snow where it is cold or high.</summary>
internal static class Peaks
{
    public static void Paint(Stage stage, double foot)
    {
        var (svg, light) = (stage.Svg, stage.Light);
        var random = stage.Random.Fork();
        var rise = foot * 0.5;
        for (var layer = 0; layer < 2; layer++)
        {
            var depth = 0.05 + (layer * 0.2);
            var line = Ridges.Rugged(random, stage.Width, foot - (rise * (0.62 - (layer * 0.2))), rise * 0.26, 0.52, 4 + stage.Finish.Detail);
            var top = light.Land(depth).Mix(light.Horizon, 0.35);
            svg.Path(Ridges.Land(line, foot + 4), svg.Vertical(new Stop(0, top), new Stop(1, top.Mix(light.Horizon, 0.55))));
        }

        // Left to right in thirds with a jitter, the middle one tallest, drawn from the outside in.
        var count = stage.Width > stage.Height * 1.5 ? 5 : 3;
        var order = Enumerable.Range(0, count).OrderByDescending(i => Math.Abs(i - ((count - 1) / 2.0)));
        foreach (var i in order)
        {
            var centre = 1 - (Math.Abs(i - ((count - 1) / 2.0)) / count * 1.3);
            var x = stage.Width * ((i + 0.5 + random.Between(-0.28, 0.28)) / count);
            var height = rise * random.Between(0.8, 1.05) * (0.5 + (0.6 * centre));
            Peak(stage, random, x, foot, height, height * random.Between(1.0, 1.3), 0.38 + (0.22 * centre));
        }
    }

    private static void Peak(Stage stage, SeededRandom random, double x, double foot, double height, double half, double depth)
    {
        var (svg, light) = (stage.Svg, stage.Light);
        var litFromRight = stage.SunX > x;
        var steps = 5 + (stage.Finish.Detail * 2);
        var left = Slope(random, x, foot - height, x - half, foot + 6, steps, 0.05 * half);
        var right = Slope(random, x, foot - height, x + half, foot + 6, steps, 0.05 * half);
        var spine = Slope(random, x, foot - height, x + (half * random.Between(-0.18, 0.18)), foot + 6, steps, 0.13 * half);
        var rock = light.Land(depth);
        var lit = rock.Mix(light.Sky[^2], light.Dark ? 0.18 : 0.3);
        var haze = light.Horizon.Mix(rock, 0.45);
        svg.Path(Svg.Polygon([.. left.Reverse(), .. right.Skip(1)]), svg.Vertical(new Stop(0, lit), new Stop(1, haze)));
        var shade = litFromRight ? left : right;
        svg.Path(Svg.Polygon([.. spine.Reverse(), .. shade.Skip(1)]), svg.Vertical(new Stop(0, rock.Darker(0.3)), new Stop(1, haze.Darker(0.1))));
        Snow(stage, random, left, right, spine, height * (stage.Has(Scenery.Snow) ? 0.55 : 0.24), litFromRight);
    }

    private static void Snow(Stage stage, SeededRandom random, (double X, double Y)[] left, (double X, double Y)[] right, (double X, double Y)[] spine, double reach, bool litFromRight)
    {
        var (svg, light) = (stage.Svg, stage.Light);
        var white = Colour.White.Mix(light.Horizon, light.Dark ? 0.45 : 0.18);
        var line = left[0].Y + reach;
        var (l, r, s) = (Cut(left, line), Cut(right, line * 1.01), Cut(spine, line));
        svg.Path(Svg.Polygon([.. l.Reverse(), .. r.Skip(1), .. Drips(random, r[^1], l[^1], reach)]), white.ToString());
        var face = litFromRight ? l : r;
        svg.Path(Svg.Polygon([.. s.Reverse(), .. face.Skip(1), .. Drips(random, face[^1], s[^1], reach * 0.5)]), white.Mix(light.Sky[light.Dark ? 1 : 0], 0.42).ToString());
    }

    /// <summary>The snow line: tongues that run down the gullies.</summary>
    private static IEnumerable<(double X, double Y)> Drips(SeededRandom random, (double X, double Y) from, (double X, double Y) to, double reach)
    {
        const int tongues = 7;
        for (var i = 1; i < tongues; i++)
        {
            var t = i / (double)tongues;
            var dip = i % 2 == 0 ? random.Between(0.05, 0.3) : random.Between(-0.32, -0.05);
            yield return (from.X + ((to.X - from.X) * t), from.Y + ((to.Y - from.Y) * t) + (dip * reach));
        }
    }

    private static (double X, double Y)[] Slope(SeededRandom random, double x, double top, double endX, double foot, int steps, double jag)
    {
        var points = new (double, double)[steps + 1];
        for (var i = 0; i <= steps; i++)
        {
            var t = i / (double)steps;
            var sway = i == 0 || i == steps ? 0 : random.Between(-jag, jag);
            points[i] = (x + ((endX - x) * Math.Pow(t, 1.12)) + sway, top + ((foot - top) * t));
        }

        return points;
    }

    private static (double X, double Y)[] Cut((double X, double Y)[] slope, double y)
    {
        var end = Array.FindIndex(slope, point => point.Y >= y);
        if (end <= 0)
        {
            return slope;
        }

        var (a, b) = (slope[end - 1], slope[end]);
        var t = (y - a.Y) / (b.Y - a.Y);
        return [.. slope[..end], (a.X + ((b.X - a.X) * t), y)];
    }
}
