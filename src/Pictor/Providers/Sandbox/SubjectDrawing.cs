namespace Pictor.Providers.Sandbox;

/// <summary>Puts subjects into a scene, or on a quiet stage of their own.</summary>
internal static class SubjectDrawing
{
    /// <summary>One thing, its feet at (x, y), about <paramref name="height"/> high.</summary>
    public static void Place(Svg svg, SubjectKind kind, double x, double y, double height, Colour? colour, Finish finish)
    {
        var (main, accent, art) = SubjectArt.Rows[kind];
        var tone = finish.Tune(colour ?? Colour.Hex(main));
        art = art
            .Replace("$m", tone.ToString()).Replace("$d", tone.Darker(0.22).ToString()).Replace("$l", tone.Lighter(0.45).ToString())
            .Replace("$a", finish.Tune(Colour.Hex(accent)).ToString()).Replace("$k", "#23262f").Replace("$w", "#ffffff");
        svg.Raw($"<g transform=\"translate({Svg.N(x)} {Svg.N(y)}) scale({Svg.F(height / 210)})\">{art}</g>");
    }

    /// <summary>True for what cannot stand in water: such a scene needs a bank.</summary>
    public static bool NeedsLand(IReadOnlyList<SubjectGroup> subjects) => subjects.Any(subject => subject.Kind
        is not (SubjectKind.Boat or SubjectKind.Fish or SubjectKind.Balloon or SubjectKind.Bird or SubjectKind.Rocket or SubjectKind.Lighthouse));

    /// <summary>Into a scene that is painted already.</summary>
    public static void IntoScene(Stage stage, IReadOnlyList<SubjectGroup> subjects)
    {
        var random = stage.Random.Fork();
        var total = subjects.Sum(subject => subject.Count);
        var at = 0;
        foreach (var (kind, count, colour) in subjects)
        {
            var water = stage.Has(Scenery.Ocean | Scenery.Lake);
            var size = Size(kind) * stage.Unit;
            for (var i = 0; i < count; i++, at++)
            {
                var x = stage.Width * ((at + 0.5 + random.Between(-0.12, 0.12)) / total);
                var (y, scale) = kind switch
                {
                    SubjectKind.Boat when water => (stage.Horizon + ((stage.Height - stage.Horizon) * 0.34), 1.0),
                    SubjectKind.Fish when water => (stage.Height * 0.9, 0.8),
                    SubjectKind.Balloon or SubjectKind.Bird => (stage.Horizon * random.Between(0.55, 0.75), 0.8),
                    SubjectKind.Rocket => (stage.Height * 0.66, 1),
                    SubjectKind.Lighthouse when water => (stage.Horizon + (24 * stage.Unit), 1),
                    _ => (stage.Height * (0.93 - (count > 1 ? random.Next() * 0.04 : 0)), 1),
                };
                if (kind == SubjectKind.Boat && water)
                {
                    Reflection(stage, x, y, size * scale);
                }
                else if (kind is not (SubjectKind.Balloon or SubjectKind.Bird or SubjectKind.Rocket or SubjectKind.Fish))
                {
                    Shadow(stage.Svg, x, y, size * scale);
                }

                Place(stage.Svg, kind, x, y, size * scale, colour, stage.Finish);
            }
        }
    }

    /// <summary>Without a scene: a soft backdrop with a disc behind, and a table where one was named.</summary>
    public static void Alone(Svg svg, Description description, Palette palette, SeededRandom random, Finish finish)
    {
        var floor = svg.Height * 0.76;
        var table = description.Scenery.HasFlag(Scenery.Table);
        if (!finish.Transparent)
        {
            Backdrop(svg, description, palette, random, finish, floor, table);
        }

        var total = description.Subjects.Sum(subject => subject.Count);
        var size = Math.Min(svg.Height * 0.5, svg.Width * 0.82 / total);
        var feet = table ? floor + (svg.Height * 0.08) : floor + (svg.Height * 0.03);
        var at = 0;
        foreach (var (kind, count, colour) in description.Subjects)
        {
            for (var i = 0; i < count; i++, at++)
            {
                var x = (svg.Width / 2.0) + ((at - ((total - 1) / 2.0)) * Math.Min(size * 1.15, svg.Width * 0.9 / total));
                Shadow(svg, x, feet, size);
                Place(svg, kind, x, feet, size, colour, finish);
            }
        }
    }

    private static void Backdrop(Svg svg, Description description, Palette palette, SeededRandom random, Finish finish, double floor, bool table)
    {
        var wall = description.Background?.First ?? palette.Pale;
        svg.Fill(svg.RadialAt(0.5, 0.42, 0.8, new Stop(0, wall.Lighter(0.35)), new Stop(1, wall)));
        var disc = palette.Accent.Mix(wall, 0.35);
        svg.Circle(svg.Width / 2.0, svg.Height * 0.46, svg.ShortSide * 0.36, svg.Vertical(new Stop(0, disc.Lighter(0.2)), new Stop(1, disc)));
        for (var i = finish.Scale(9); i > 0; i--)
        {
            var (x, y) = (random.Next() * svg.Width, random.Next() * floor * 0.9);
            svg.Circle(x, y, svg.ShortSide * random.Between(0.006, 0.022), random.Pick(palette.Colours).ToString(), random.Between(0.35, 0.8));
        }

        if (!table)
        {
            svg.Rect(0, floor, svg.Width, svg.Height - floor, svg.Vertical(new Stop(0, wall.Mix(palette.Deep, 0.22)), new Stop(1, wall.Mix(palette.Deep, 0.4))));
            return;
        }

        var wood = finish.Tune(Colour.Hex("a8713f"));
        svg.Rect(0, floor, svg.Width, svg.Height - floor, svg.Vertical(new Stop(0, wood.Lighter(0.16)), new Stop(1, wood.Darker(0.3))));
        var depth = svg.Height - floor;
        for (var plank = 0; plank < 4; plank++)
        {
            var y = floor + (depth * Math.Pow(plank / 4.0, 1.5));
            svg.Rect(0, y, svg.Width, Math.Max(1.5, svg.ShortSide * 0.003), wood.Darker(0.5).ToString(), 0.55);
            for (var grain = finish.Scale(5); grain > 0; grain--)
            {
                var (x, g, w) = (random.Next() * svg.Width, y + (random.Next() * depth * 0.2), random.Between(0.08, 0.3) * svg.Width);
                svg.Stroke($"M{Svg.N(x)} {Svg.N(g)}q{Svg.N(w / 2)} {Svg.N(random.Between(-5, 5))} {Svg.N(w)} 0", wood.Darker(0.35).ToString(), 1.6, 0.45);
            }
        }
    }

    private static double Size(SubjectKind kind) => kind switch
    {
        SubjectKind.House or SubjectKind.Tree => 250,
        SubjectKind.Lighthouse or SubjectKind.Rocket => 300,
        SubjectKind.Boat => 230,
        SubjectKind.Bird => 90,
        SubjectKind.Flower or SubjectKind.Fish => 170,
        _ => 220,
    };

    private static void Shadow(Svg svg, double x, double y, double size) =>
        svg.Ellipse(x, y, size * 0.46, size * 0.06, svg.Radial(new Stop(0, Colour.Black, 0.45), new Stop(1, Colour.Black, 0)));

    private static void Reflection(Stage stage, double x, double y, double size) =>
        stage.Svg.Ellipse(x, y + (size * 0.16), size * 0.42, size * 0.2, stage.Svg.Radial(new Stop(0, Colour.Hex("1a2233"), 0.5), new Stop(1, Colour.Hex("1a2233"), 0)));
}
