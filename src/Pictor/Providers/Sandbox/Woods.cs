using System.Text;

namespace Pictor.Providers.Sandbox;

/// <summary>Trees in rows: conifers as one silhouette a row, broad trees for autumn and spring, mist between the rows.</summary>
internal static class Woods
{
    /// <summary>A whole forest from the horizon to the viewer.</summary>
    public static void Paint(Stage stage, double from)
    {
        var (svg, light, random) = (stage.Svg, stage.Light, stage.Random.Fork());
        var rows = 3 + stage.Finish.Detail;
        var misty = stage.Has(Scenery.Mist | Scenery.Sunrise);
        for (var row = 0; row < rows; row++)
        {
            var depth = row / (double)(rows - 1);
            var foot = from + ((stage.Height - from) * Math.Pow(depth, 1.5) * 0.86) + (10 * stage.Unit);
            var line = Ridges.Soft(random, stage.Width, foot, 14 * stage.Unit * (1 + depth));
            var colour = light.Land(0.1 + (depth * 0.9)).Mix(light.Horizon, (misty ? 0.34 : 0.16) * (1 - depth));
            var tall = (64 + (depth * depth * 250)) * stage.Unit;
            Row(stage, random, line, tall, stage.Finish.Scale((int)(34 - (depth * 20))), colour);
            if (row < rows - 1)
            {
                var veil = light.Horizon.Mix(light.Glow, 0.4);
                var strength = (misty ? 0.62 : 0.2) * (1 - (depth * 0.5));
                svg.Rect(0, foot - (tall * 0.55), stage.Width, (tall * 0.55) + (60 * stage.Unit), svg.Vertical(new Stop(0, veil, 0), new Stop(0.6, veil, strength), new Stop(1, veil, strength * 0.4)));
            }
        }

        if (misty && !light.Dark)
        {
            Rays(stage, random);
        }
    }

    /// <summary>One row of trees on a line, with the ground below it.</summary>
    public static void Row(Stage stage, SeededRandom random, (double X, double Y)[] line, double tall, int count, Colour colour)
    {
        var broad = stage.Has(Scenery.Autumn | Scenery.Spring);
        var shapes = new StringBuilder(Ridges.Land(line, stage.Height + 2));
        var crowns = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            var x = stage.Width * ((i + random.Between(0.0, 1.0)) / count);
            var y = Ridges.At(line, x) + (tall * 0.04);
            var size = tall * random.Between(0.62, 1.12);
            if (broad)
            {
                Broad(random, x, y, size * 0.82, shapes, crowns);
            }
            else
            {
                Conifer(random, x, y, size, shapes);
            }
        }

        stage.Svg.Path(shapes.ToString(), stage.Svg.Vertical(new Stop(0, colour.Lighter(0.06)), new Stop(1, colour.Darker(0.12))));
        if (broad)
        {
            var leaf = stage.Finish.Tune(Colour.Hex(stage.Has(Scenery.Spring) ? "f3a9c4" : random.Pick(["d9722a", "c4501f", "e0a03a"])));
            stage.Svg.Path(crowns.ToString(), stage.Svg.Vertical(new Stop(0, leaf.Mix(colour, 0.12)), new Stop(1, leaf.Mix(colour, 0.5))));
        }
    }

    private static void Conifer(SeededRandom random, double x, double y, double size, StringBuilder path)
    {
        const int tiers = 6;
        var half = size * random.Between(0.17, 0.23);
        var right = new List<(double X, double Y)>();
        var left = new List<(double X, double Y)>();
        for (var i = 1; i <= tiers; i++)
        {
            var t = i / (double)tiers;
            var (w, tip) = (half * t * random.Between(0.85, 1.1), y - (size * (1 - (0.9 * t))));
            right.Add((x + w, tip));
            right.Add((x + (w * 0.5), tip - (size * 0.015)));
            left.Add((x - (w * random.Between(0.9, 1.1)), tip));
            left.Add((x - (w * 0.5), tip - (size * 0.015)));
        }

        left.Reverse();
        path.Append(Svg.Polygon([(x, y - size), .. right, (x + (size * 0.025), y), (x - (size * 0.025), y), .. left]));
    }

    private static void Broad(SeededRandom random, double x, double y, double size, StringBuilder trunks, StringBuilder crowns)
    {
        var w = size * 0.035;
        trunks.Append(Svg.Polygon([(x - w, y), (x - (w * 0.5), y - (size * 0.6)), (x + (w * 0.5), y - (size * 0.6)), (x + w, y)]));
        for (var i = 0; i < 5; i++)
        {
            var r = size * random.Between(0.15, 0.24);
            crowns.Append(ShapePaths.Oval(x + (random.Between(-0.2, 0.2) * size), y - (size * random.Between(0.5, 0.84)), r, r * 0.9));
        }
    }

    /// <summary>Light that falls through the trees.</summary>
    private static void Rays(Stage stage, SeededRandom random)
    {
        var fill = stage.Svg.Vertical(new Stop(0, stage.Light.Glow, 0.42), new Stop(1, stage.Light.Glow, 0));
        for (var i = 0; i < 6; i++)
        {
            var spread = (i - 2.5 + random.Between(-0.3, 0.3)) * 0.2;
            var foot = stage.SunX + (spread * stage.Width * 1.25);
            var (near, far) = (10 * stage.Unit, random.Between(34, 80) * stage.Unit);
            var start = stage.SunX + (spread * 90 * stage.Unit);
            stage.Svg.Path(Svg.Polygon([(start - near, stage.SunY), (start + near, stage.SunY), (foot + far, stage.Height * 0.93), (foot - far, stage.Height * 0.93)]), fill, random.Between(0.35, 0.75));
        }
    }
}
