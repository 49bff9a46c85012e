namespace Pictor.Providers.Sandbox;

/// <summary>Lines of land: midpoint displacement for rock, summed waves for hills and dunes.</summary>
internal static class Ridges
{
    /// <summary>A rugged line from left to right around <paramref name="level"/>.</summary>
    public static (double X, double Y)[] Rugged(SeededRandom random, double width, double level, double relief, double roughness, int depth)
    {
        var points = 1 << depth;
        var heights = new double[points + 1];
        heights[0] = random.Between(-0.5, 0.5) * relief;
        heights[points] = random.Between(-0.5, 0.5) * relief;
        for (int step = points; step > 1; step /= 2, relief *= roughness)
        {
            for (var i = step / 2; i < points; i += step)
            {
                heights[i] = ((heights[i - (step / 2)] + heights[i + (step / 2)]) / 2) + (random.Between(-1, 1) * relief);
            }
        }

        return [.. heights.Select((height, i) => (i * width / points, level - height))];
    }

    /// <summary>A soft line of three waves.</summary>
    public static (double X, double Y)[] Soft(SeededRandom random, double width, double level, double relief, int points = 40)
    {
        double a = random.Next() * 6, b = random.Next() * 6, c = random.Next() * 6;
        double fa = random.Between(2.2, 4.2), fb = random.Between(5, 8), fc = random.Between(10, 14);
        return [.. Enumerable.Range(0, points + 1).Select(i =>
        {
            var t = i / (double)points;
            return (t * width, level - (relief * ((0.62 * Math.Sin(a + (fa * t))) + (0.28 * Math.Sin(b + (fb * t))) + (0.1 * Math.Sin(c + (fc * t))))));
        })];
    }

    /// <summary>The land under a line, down to the bottom.</summary>
    public static string Land(IReadOnlyList<(double X, double Y)> line, double bottom) =>
        Svg.Polygon([.. line, (line[^1].X, bottom), (line[0].X, bottom)]);

    /// <summary>Height of a line at x.</summary>
    public static double At((double X, double Y)[] line, double x)
    {
        var position = Math.Clamp((x - line[0].X) / (line[^1].X - line[0].X), 0, 1) * (line.Length - 1);
        var i = Math.Min((int)position, line.Length - 2);
        return line[i].Y + ((line[i + 1].Y - line[i].Y) * (position - i));
    }
}
