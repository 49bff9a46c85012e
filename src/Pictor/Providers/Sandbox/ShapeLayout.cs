namespace Pictor.Providers.Sandbox;

/// <summary>One shape with its place on the canvas.</summary>
internal readonly record struct PlacedShape(ShapeGroup Group, double X, double Y, double Width);

/// <summary>Decides where described shapes stand: named places first, the others in a row, a column or nested, as they were related.</summary>
internal static class ShapeLayout
{
    private const double Margin = 0.05;

    /// <summary>Places every shape inside an area.</summary>
    /// <param name="groups">The shapes.</param>
    /// <param name="width">Of the area they may fill.</param>
    /// <param name="height">Of the area they may fill.</param>
    /// <param name="shortSide">Of the whole picture: what sizes are measured against.</param>
    public static IReadOnlyList<PlacedShape> Arrange(IReadOnlyList<ShapeGroup> groups, double width, double height, double shortSide)
    {
        var placed = new List<PlacedShape>();
        var line = InLine(groups, out var nested);
        var vertical = groups.Any(group => group.ToPrevious is Relation.Above or Relation.Below);
        var areas = new Dictionary<ShapeGroup, Area>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < line.Count; i++)
        {
            areas[line[i]] = vertical
                ? new Area(width / 2, height * (i + 0.5) / line.Count, width, height / line.Count)
                : new Area(width * (i + 0.5) / line.Count, height / 2, width / line.Count, height);
        }

        foreach (var group in groups.Where(group => group.Place is not null))
        {
            areas[group] = Named(group, width, height, shortSide);
        }

        // Something that stands around its neighbour shares its middle; the outer one is drawn first.
        foreach (var (inner, outer) in nested)
        {
            var middle = areas.GetValueOrDefault(inner) ?? areas.GetValueOrDefault(outer) ?? new Area(width / 2, height / 2, width, height);
            areas[outer] = middle;
            areas[inner] = middle with { Width = middle.Width * 0.5, Height = middle.Height * 0.5 };
        }

        foreach (var group in groups.OrderByDescending(group => nested.Exists(pair => ReferenceEquals(pair.Outer, group))))
        {
            Fill(placed, group, areas[group], shortSide, line.Count + nested.Count);
        }

        return placed;
    }

    private static List<ShapeGroup> InLine(IReadOnlyList<ShapeGroup> groups, out List<(ShapeGroup Inner, ShapeGroup Outer)> nested)
    {
        nested = [];
        var line = new List<ShapeGroup>();
        for (var i = 0; i < groups.Count; i++)
        {
            var group = groups[i];
            switch (group.ToPrevious)
            {
                case Relation.Inside when i > 0:
                    nested.Add((groups[i - 1], group));
                    break;
                case Relation.Around when i > 0:
                    nested.Add((group, groups[i - 1]));
                    break;
                case Relation.RightOf or Relation.Below when group.Place is null && line.Count > 0:
                    line.Insert(line.Count - 1, group);
                    break;
                default:
                    if (group.Place is null)
                    {
                        line.Add(group);
                    }

                    break;
            }
        }

        return line;
    }

    private static Area Named(ShapeGroup group, double width, double height, double shortSide)
    {
        var place = group.Place.GetValueOrDefault(Place.Centre);
        var margin = Margin * shortSide;
        var (column, row) = ((int)place % 3, (int)place / 3);
        if (place == Place.Centre)
        {
            return new Area(width / 2, height / 2, width, height);
        }

        var (w, h) = (shortSide * (group.Extent ?? 0.28), shortSide * (group.Extent ?? 0.28) * ShapePaths.Height(group.Kind));
        if (group.Count > 1)
        {
            (w, h) = (column == 1 ? width - (2 * margin) : width * 0.42, row == 1 ? height - (2 * margin) : height * 0.42);
        }

        return new Area(Along(column, width, w), Along(row, height, h), w, h) { Tight = group.Count == 1 };

        double Along(int third, double side, double size) => third switch
        {
            0 => margin + (size / 2),
            1 => side / 2,
            _ => side - margin - (size / 2),
        };
    }

    private static void Fill(List<PlacedShape> placed, ShapeGroup group, Area area, double shortSide, int neighbours)
    {
        var columns = group.InRow ? group.Count : group.InColumn ? 1 : Columns(group.Count, area.Width / area.Height);
        var rows = (group.Count + columns - 1) / columns;
        var ratio = ShapePaths.Height(group.Kind);
        var cell = Math.Min(area.Width / columns, area.Height / rows / Math.Max(ratio, 0.2));
        var wanted = group.Extent is { } extent
            ? extent * shortSide
            : group.Count > 1 ? cell * 0.7 : Math.Min(shortSide * (neighbours > 1 ? 0.6 : 0.42), cell * 0.68);
        var size = area.Tight ? wanted : Math.Min(wanted, cell * 0.92);

        // A few shapes in a large area keep together instead of drifting to its edges.
        var stepX = Math.Min(area.Width / columns, size * 1.45);
        var stepY = Math.Min(area.Height / rows, size * Math.Max(ratio, 0.3) * 1.45);
        for (var i = 0; i < group.Count; i++)
        {
            var (row, column) = (i / columns, i % columns);
            var inRow = Math.Min(columns, group.Count - (row * columns));
            placed.Add(new PlacedShape(
                group,
                area.X + ((column - ((inRow - 1) / 2.0)) * stepX),
                area.Y + ((row - ((rows - 1) / 2.0)) * stepY),
                size));
        }
    }

    /// <summary>Up to three stand in a row; more fill a block whose shape is near the area's.</summary>
    private static int Columns(int count, double ratio)
    {
        if (count <= 3)
        {
            return ratio < 0.6 ? 1 : count;
        }

        return Math.Clamp((int)Math.Ceiling(Math.Sqrt(count * Math.Clamp(ratio, 0.5, 2.5)) - 0.05), 2, count);
    }

    private sealed record Area(double X, double Y, double Width, double Height)
    {
        /// <summary>The area is as large as the shape was asked to be.</summary>
        public bool Tight { get; init; }
    }
}
