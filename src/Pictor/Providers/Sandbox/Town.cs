using System.Text;

namespace Pictor.Providers.Sandbox;

/// <summary>A skyline in three depths, with windows, antennas and, at night, the glow of the streets.</summary>
internal static class Town
{
    public static void Paint(Stage stage, double foot)
    {
        var (svg, light, random) = (stage.Svg, stage.Light, stage.Random.Fork());
        if (light.Dark)
        {
            var street = stage.Finish.Tune(Colour.Hex("ff7fb0"));
            svg.Rect(0, foot * 0.45, stage.Width, foot * 0.56, svg.Vertical(new Stop(0, street, 0), new Stop(1, Colour.Hex("ffb27a").Mix(street, 0.4), 0.5)));
        }

        for (var layer = 0; layer < 3; layer++)
        {
            Layer(stage, random, foot, layer);
        }
    }

    private static void Layer(Stage stage, SeededRandom random, double foot, int layer)
    {
        var (svg, light, unit) = (stage.Svg, stage.Light, stage.Unit);
        var wall = light.Land(0.12 + (layer * 0.36)).Mix(light.Horizon, 0.3 - (layer * 0.13));
        var (bodies, warm, cool, sides) = (new StringBuilder(), new StringBuilder(), new StringBuilder(), new StringBuilder());
        var x = -random.Next() * 60 * unit;
        while (x < stage.Width)
        {
            var width = random.Between(46, 96) * unit * (1 + (layer * 0.18));
            // The middle of the city is the tallest, and the far layer looks over the near one.
            var middle = 1 - (Math.Abs(((x + (width / 2)) / stage.Width) - 0.5) * 1.1);
            var height = foot * (0.72 - (layer * 0.2)) * middle * random.Between(0.45, 1.05);
            var top = foot - height;
            bodies.Append(Block(x, top, width, height + 4));
            sides.Append(Block(stage.SunX > x ? x : x + (width * 0.72), top, width * 0.28, height + 4));
            Roof(random, bodies, x, top, width, unit);
            Windows(stage, random, layer, (x, top, width, height), warm, cool);
            x += width + (random.Chance(0.35) ? random.Between(2, 16) * unit : -random.Next() * 6 * unit);
        }

        svg.Path(bodies.ToString(), svg.Vertical(new Stop(0, wall.Lighter(light.Dark ? 0.05 : 0.12)), new Stop(1, wall.Mix(light.Horizon, layer == 2 ? 0.05 : 0.28))));
        svg.Path(sides.ToString(), wall.Darker(0.4).ToString(), 0.3);
        var (lamp, blue) = light.Dark ? (stage.Finish.Tune(Colour.Hex("ffd98a")), stage.Finish.Tune(Colour.Hex("8fd8ff"))) : (light.Horizon.Lighter(0.4), light.Sky[0]);
        svg.Path(warm.ToString(), lamp.ToString(), light.Dark ? 0.55 + (layer * 0.2) : 0.55);
        svg.Path(cool.ToString(), blue.ToString(), light.Dark ? 0.35 + (layer * 0.15) : 0.4);
    }

    private static void Roof(SeededRandom random, StringBuilder path, double x, double top, double width, double unit)
    {
        switch (random.Below(5))
        {
            case 0:
                path.Append(Block(x + (width * 0.46), top - (random.Between(24, 64) * unit), Math.Max(1.5, 2.4 * unit), 66 * unit));
                break;
            case 1:
                path.Append(Block(x + (width * 0.18), top - (14 * unit), width * 0.64, 15 * unit)).Append(Block(x + (width * 0.34), top - (26 * unit), width * 0.32, 13 * unit));
                break;
            case 2:
                path.Append(Svg.Polygon([(x, top + 1), (x + (width * 0.5), top - (width * 0.42)), (x + width, top + 1)]));
                break;
            default:
                break;
        }
    }

    private static void Windows(Stage stage, SeededRandom random, int layer, (double X, double Top, double Width, double Height) house, StringBuilder warm, StringBuilder cool)
    {
        var unit = stage.Unit;
        var (w, h) = ((4.2 + (layer * 1.6)) * unit, (5.4 + (layer * 2.0)) * unit);
        var (stepX, stepY) = (w * 2.1, h * (stage.Finish.Detail == 1 ? 2.9 : 2.05));
        var columns = (int)((house.Width - w) / stepX);
        var share = stage.Light.Dark ? random.Between(0.22, 0.62) : random.Between(0.3, 0.8);
        var left = house.X + ((house.Width - (columns * stepX) + (stepX - w)) / 2);
        for (var y = house.Top + (h * 1.6); y < house.Top + house.Height - h; y += stepY)
        {
            for (var i = 0; i < columns; i++)
            {
                if (random.Chance(share))
                {
                    (random.Chance(0.78) ? warm : cool).Append(Block(left + (i * stepX), y, w, h));
                }
            }
        }
    }

    private static string Block(double x, double y, double width, double height) => $"M{Svg.N(x)} {Svg.N(y)}h{Svg.N(width)}v{Svg.N(height)}h{Svg.N(-width)}z";
}
