using System.Text;

namespace Pictor.Providers.Sandbox;

/// <summary>What is in the air before everything else: snow, rain, mist, and the darker corners of a lens.</summary>
internal static class Weather
{
    public static void Paint(Stage stage)
    {
        if (stage.Has(Scenery.Mist))
        {
            Mist(stage);
        }

        if (stage.Has(Scenery.Rain))
        {
            Rain(stage);
        }

        if (stage.Has(Scenery.Snow) && !stage.Has(Scenery.Mountains))
        {
            Flakes(stage);
        }

        if (!stage.Finish.Transparent)
        {
            stage.Svg.Fill(stage.Svg.Radial(new Stop(0.55, Colour.Black, 0), new Stop(1, Colour.Black, stage.Light.Dark ? 0.22 : 0.09)));
        }
    }

    private static void Mist(Stage stage)
    {
        var random = stage.Random.Fork();
        var veil = stage.Light.Horizon.Lighter(stage.Light.Dark ? 0.15 : 0.4);
        for (var i = 0; i < 4; i++)
        {
            var y = stage.Height * (0.45 + (i * 0.13));
            stage.Svg.Ellipse(stage.Width * random.Next(), y, stage.Width * random.Between(0.6, 1), stage.Height * random.Between(0.05, 0.1), stage.Svg.Radial(new Stop(0, veil, 0.55), new Stop(1, veil, 0)));
        }
    }

    private static void Rain(Stage stage)
    {
        var random = stage.Random.Fork();
        var path = new StringBuilder();
        for (var i = stage.Finish.Scale(260); i > 0; i--)
        {
            var (x, y, length) = (random.Next() * stage.Width, random.Next() * stage.Height, random.Between(14, 42) * stage.Unit);
            path.Append($"M{Svg.N(x)} {Svg.N(y)}l{Svg.N(-length * 0.22)} {Svg.N(length)}");
        }

        stage.Svg.Stroke(path.ToString(), "#dfe9f5", Math.Max(0.8, 1.3 * stage.Unit), 0.4);
    }

    private static void Flakes(Stage stage)
    {
        var random = stage.Random.Fork();
        foreach (var (size, share, opacity) in ((double, int, double)[])[(2.4, 150, 0.6), (4.2, 70, 0.8), (8, 18, 0.55)])
        {
            var path = new StringBuilder();
            for (var i = stage.Finish.Scale(share); i > 0; i--)
            {
                path.Append($"M{Svg.N(random.Next() * stage.Width)} {Svg.N(random.Next() * stage.Height)}h0");
            }

            stage.Svg.Stroke(path.ToString(), "#ffffff", size * stage.Unit, opacity);
        }
    }
}
