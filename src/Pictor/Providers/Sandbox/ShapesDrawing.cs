namespace Pictor.Providers.Sandbox;

/// <summary>Draws exactly the shapes that were described, flat and without a brush stroke more.</summary>
internal static class ShapesDrawing
{
    private static readonly Colour Slate = Colour.Hex("27313f");
    private static readonly Colour Blue = Colour.Hex("2f6fed");

    /// <summary>What is behind the shapes: as described, else white, or slate where the shapes themselves are nearly white.</summary>
    public static Backdrop BackdropOf(Description description) =>
        description.Background
        ?? new Backdrop(description.Shapes.Any(shape => shape.Colour is { Luminance: > 0.9 }) ? Slate : Colour.White);

    public static void Draw(Svg svg, Description description, Finish finish)
    {
        var backdrop = BackdropOf(description);
        if (!finish.Transparent)
        {
            svg.Fill(Paint(svg, backdrop, finish));
        }

        // Text takes its third; the shapes keep clear of it.
        var (from, to) = description.Texts.Count == 0 ? (0, 1.0) : description.TextPlace is Place.Top or Place.TopLeft or Place.TopRight ? (0.26, 1.0) : (0, 0.74);
        DrawShapes(svg, description.Shapes, backdrop.First, finish, from, to);
    }

    /// <summary>Between two shares of the height.</summary>
    public static void DrawShapes(Svg svg, IReadOnlyList<ShapeGroup> shapes, Colour behind, Finish finish, double from = 0, double to = 1)
    {
        foreach (var (group, x, top, width) in ShapeLayout.Arrange(shapes, svg.Width, svg.Height * (to - from), svg.ShortSide))
        {
            var y = top + (from * svg.Height);
            var colour = finish.Tune(group.Colour ?? (Near(Blue, behind) ? Colour.Hex("f59e0b") : Blue)).ToString();
            var line = width * 0.07;
            if (group.Outlined)
            {
                svg.Stroke(ShapePaths.Path(group.Kind, x, y, width - line), colour, line);
            }
            else
            {
                svg.Raw($"<path d=\"{ShapePaths.Path(group.Kind, x, y, width)}\" fill=\"{colour}\" fill-rule=\"evenodd\"/>");
            }
        }
    }

    public static string Paint(Svg svg, Backdrop backdrop, Finish finish)
    {
        var first = finish.Tune(backdrop.First);
        return backdrop.Second is { } second
            ? svg.Vertical(new Stop(0, first), new Stop(1, finish.Tune(second)))
            : first.ToString();
    }

    private static bool Near(Colour a, Colour b) => Math.Abs(a.R - b.R) + Math.Abs(a.G - b.G) + Math.Abs(a.B - b.B) < 120;
}
