namespace Pictor.Providers.Sandbox;

/// <summary>Cut paper: a jittered net of triangles whose colours run across the palette, lit from one side.</summary>
internal static class FacetComposition
{
    public static void Paint(Svg svg, Palette palette, SeededRandom random, Finish finish)
    {
        var cell = svg.ShortSide / (4.5 + (finish.Detail * 2));
        var (across, down) = ((int)Math.Ceiling(svg.Width / cell), (int)Math.Ceiling(svg.Height / cell));
        var points = new (double X, double Y)[across + 1, down + 1];
        for (var i = 0; i <= across; i++)
        {
            for (var j = 0; j <= down; j++)
            {
                var inside = i > 0 && i < across && j > 0 && j < down;
                points[i, j] = ((i + (inside ? random.Between(-0.38, 0.38) : 0)) * svg.Width / across, (j + (inside ? random.Between(-0.38, 0.38) : 0)) * svg.Height / down);
            }
        }

        var colours = palette.Colours.OrderBy(colour => colour.Luminance).ToList();
        var angle = random.Between(0, Math.PI * 2);
        var (bend, phase) = (random.Between(0.1, 0.22), random.Next() * 6);
        for (var i = 0; i < across; i++)
        {
            for (var j = 0; j < down; j++)
            {
                var (a, b, c, d) = (points[i, j], points[i + 1, j], points[i + 1, j + 1], points[i, j + 1]);
                if ((i + j) % 2 == 0)
                {
                    Facet(a, b, c);
                    Facet(a, c, d);
                }
                else
                {
                    Facet(a, b, d);
                    Facet(b, c, d);
                }
            }
        }

        void Facet((double X, double Y) a, (double X, double Y) b, (double X, double Y) c)
        {
            var (x, y) = (((a.X + b.X + c.X) / 3 / svg.Width) - 0.5, ((a.Y + b.Y + c.Y) / 3 / svg.Height) - 0.5);
            var t = Math.Clamp(0.5 + (0.72 * ((x * Math.Cos(angle)) + (y * Math.Sin(angle)))) + (bend * Math.Sin((8 * x) - (5 * y) + phase)), 0, 0.999);
            var position = t * (colours.Count - 1);
            var tone = colours[(int)position].Mix(colours[(int)position + 1], position - (int)position);
            tone = random.Chance(0.5) ? tone.Lighter(random.Next() * 0.2) : tone.Darker(random.Next() * 0.18);

            // The stroke closes the hairlines between neighbours.
            svg.Raw($"<path d=\"{Svg.Polygon([a, b, c])}\" fill=\"{tone}\" stroke=\"{tone}\" stroke-width=\"0.8\"/>");
        }
    }
}
