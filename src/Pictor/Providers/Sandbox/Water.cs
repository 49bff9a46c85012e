using System.Text;

namespace Pictor.Providers.Sandbox;

/// <summary>Sea and lake: a sheet that takes the sky's colours upside down, the path of light on it, ripples.</summary>
internal static class Water
{
    public static void Paint(Stage stage, double from, double to)
    {
        var (svg, light) = (stage.Svg, stage.Light);
        var deep = (light.Dark ? Colour.Hex("050d24") : Colour.Hex("0f4f7d")).Mix(light.Sky[0], 0.45);
        var low = stage.Has(Scenery.Sunset | Scenery.Sunrise);
        var tint = stage.Has(Scenery.Ocean) && !light.Dark && !low ? Colour.Hex("2f9fb8") : light.Sky[^2];
        svg.Rect(0, from, stage.Width, to - from, svg.Vertical(
            new Stop(0, light.Horizon.Mix(tint, 0.35)),
            new Stop(0.22, light.Sky[^2].Mix(tint, 0.45)),
            new Stop(0.6, light.Sky[Math.Max(0, light.Sky.Length - 3)].Mix(deep, low ? 0.4 : 0.65)),
            new Stop(1, deep)));
    }

    /// <summary>Land above the water line once more, upside down and dimmed. Called between two marks of one drawing.</summary>
    public static void Mirror(Stage stage, string land, double line) =>
        stage.Svg.Raw($"<use href=\"#{land}\" transform=\"translate(0 {Svg.N(line * 1.72)}) scale(1 -0.72)\" opacity=\"0.42\"/>");

    public static void Shine(Stage stage, double from, double to)
    {
        var (svg, light) = (stage.Svg, stage.Light);
        var random = stage.Random.Fork();
        var height = to - from;
        if (stage.SunY < from && !stage.Has(Scenery.Rain | Scenery.Aurora))
        {
            var low = stage.Has(Scenery.Sunset | Scenery.Sunrise);
            svg.Ellipse(stage.SunX, from + (height * 0.2), stage.Width * (low ? 0.3 : 0.2), height * 0.8, svg.Radial(new Stop(0, light.Glow, low ? 0.55 : 0.3), new Stop(1, light.Glow, 0)));
            var glitter = new StringBuilder();
            for (var i = stage.Finish.Scale(70); i > 0; i--)
            {
                var t = Math.Pow(random.Next(), 1.4);
                var spread = (26 + (t * 130)) * stage.Unit;
                var x = stage.SunX + ((random.Next() + random.Next() - 1) * spread);
                glitter.Append(Dash(x, from + (t * height) + 2, (6 + (t * 34 * random.Next())) * stage.Unit, (1 + (t * 3.2)) * stage.Unit));
            }

            svg.Path(glitter.ToString(), light.Glow.Lighter(0.3).ToString(), low ? 0.85 : 0.6);
        }

        var (bright, dark) = (new StringBuilder(), new StringBuilder());
        for (var i = stage.Finish.Scale(80); i > 0; i--)
        {
            var t = Math.Pow(random.Next(), 1.3);
            (random.Chance(0.5) ? bright : dark).Append(Dash(random.Next() * stage.Width, from + (t * height), (10 + (t * 70 * random.Next())) * stage.Unit, (0.8 + (t * 2.6)) * stage.Unit));
        }

        svg.Path(bright.ToString(), light.Horizon.Lighter(0.3).ToString(), light.Dark ? 0.14 : 0.28);
        svg.Path(dark.ToString(), light.Sky[0].Darker(0.35).ToString(), 0.2);
    }

    /// <summary>A ripple: a lens, pointed at both ends.</summary>
    private static string Dash(double x, double y, double half, double thickness) =>
        $"M{Svg.N(x - half)} {Svg.N(y)}Q{Svg.N(x)} {Svg.N(y - thickness)} {Svg.N(x + half)} {Svg.N(y)}Q{Svg.N(x)} {Svg.N(y + thickness)} {Svg.N(x - half)} {Svg.N(y)}Z";
}
