namespace Pictor.Providers.Sandbox;

/// <summary>Paints a scene in layers, from the sky to what is at the viewer's feet.</summary>
internal static class SceneDrawing
{
    /// <summary>Paints; gives the stage, on which subjects can be put.</summary>
    /// <param name="svg">The canvas.</param>
    /// <param name="scenery">What was named; a sky alone gets land or sea.</param>
    /// <param name="bank">Something stands in front: water gets a near shore.</param>
    /// <param name="random">Numbers.</param>
    /// <param name="finish">How.</param>
    public static Stage Paint(Svg svg, Scenery scenery, bool bank, SeededRandom random, Finish finish)
    {
        scenery = Complete(scenery);
        if (bank && scenery.HasAny(Scenery.Ocean | Scenery.Lake))
        {
            scenery |= scenery.HasFlag(Scenery.Ocean) ? Scenery.Beach : Scenery.Field;
        }

        var light = Light.For(scenery, random, finish);
        var water = scenery.HasAny(Scenery.Ocean | Scenery.Lake);
        var horizon = svg.Height * (water ? random.Between(0.55, 0.6) : scenery.HasFlag(Scenery.City) ? 0.86 : scenery.HasFlag(Scenery.Mountains) ? random.Between(0.66, 0.72) : random.Between(0.5, 0.56));
        var low = scenery.HasAny(Scenery.Sunset | Scenery.Sunrise) && !light.Dark;
        var skyline = scenery.HasFlag(Scenery.Mountains) && !scenery.HasFlag(Scenery.City) ? horizon * 0.62 : horizon;
        var stage = new Stage(svg, random, light, finish, scenery)
        {
            Horizon = horizon,
            SunX = svg.Width * (random.Chance(0.5) ? random.Between(0.24, 0.42) : random.Between(0.58, 0.76)),
            SunY = low ? skyline * random.Between(0.8, 0.9) : horizon * random.Between(0.18, 0.32),
        };
        if (stage.Has(Scenery.Space) && !stage.Has(Scenery.Places & ~Scenery.Space))
        {
            Cosmos.Paint(stage);
            return stage;
        }

        Sky.Paint(stage);
        Land(stage, water);
        Weather.Paint(stage);
        return stage;
    }

    /// <summary>A sky needs something below it.</summary>
    private static Scenery Complete(Scenery scenery)
    {
        const Scenery lands = Scenery.Mountains | Scenery.Ocean | Scenery.Lake | Scenery.Forest | Scenery.City | Scenery.Snow | Scenery.Desert | Scenery.Field | Scenery.Space;
        if (scenery.HasAny(lands))
        {
            // A lake lies between mountains, a city by its river: both are there to be mirrored.
            scenery |= scenery.HasFlag(Scenery.Lake) && (scenery & lands) == Scenery.Lake ? Scenery.Mountains | Scenery.Forest : Scenery.None;
            return scenery | ((scenery & (lands | Scenery.Rain)) == Scenery.City ? Scenery.Lake : Scenery.None);
        }

        return scenery | (scenery.HasAny(Scenery.Sunset | Scenery.Sunrise) ? Scenery.Ocean
            : scenery.HasFlag(Scenery.Aurora) ? Scenery.Mountains | Scenery.Lake | Scenery.Forest
            : scenery.HasFlag(Scenery.Stars) || scenery.HasFlag(Scenery.Mist) ? Scenery.Mountains
            : scenery.HasFlag(Scenery.Rain) ? Scenery.City
            : scenery.HasAny(Scenery.Autumn | Scenery.Spring) ? Scenery.Forest
            : Scenery.Field);
    }

    private static void Land(Stage stage, bool water)
    {
        var svg = stage.Svg;
        var shore = water ? stage.Horizon : stage.Height;
        var land = svg.NextId();
        svg.Open($"id=\"{land}\"");
        if (stage.Has(Scenery.Mountains))
        {
            Peaks.Paint(stage, stage.Has(Scenery.City) ? stage.Height * 0.7 : stage.Horizon);
        }

        if (stage.Has(Scenery.Forest | Scenery.Lake) && water && !stage.Has(Scenery.City))
        {
            Distance(stage);
            var random = stage.Random.Fork();
            Shoreline(stage, random);
        }

        if (stage.Has(Scenery.City))
        {
            Town.Paint(stage, water ? stage.Horizon : stage.Height * 0.9);
        }

        svg.Close();
        if (water)
        {
            Sea(stage, land);
        }
        else
        {
            Feet(stage, shore);
        }
    }

    private static void Sea(Stage stage, string land)
    {
        Water.Paint(stage, stage.Horizon, stage.Height);
        if (stage.Has(Scenery.Mountains | Scenery.Forest | Scenery.City))
        {
            stage.Svg.Open(stage.Svg.Clip($"M0 {Svg.N(stage.Horizon)}h{stage.Width}V{stage.Height}H0Z"));
            Water.Mirror(stage, land, stage.Horizon);
            stage.Svg.Close();
        }

        Water.Shine(stage, stage.Horizon, stage.Height);
        if (stage.Has(Scenery.Beach))
        {
            Ground.Beach(stage, stage.Height * 0.84);
        }
        else if (stage.Has(Scenery.Desert))
        {
            Ground.Dunes(stage, stage.Height * 0.84);
        }
        else if (stage.Has(Scenery.Field) && stage.Has(Scenery.Lake))
        {
            Ground.Meadow(stage, stage.Height * 0.84);
        }
    }

    private static void Feet(Stage stage, double shore)
    {
        if (stage.Has(Scenery.Desert))
        {
            Distance(stage);
            Ground.Dunes(stage, stage.Horizon);
        }
        else if (stage.Has(Scenery.Forest))
        {
            Woods.Paint(stage, stage.Horizon * (stage.Has(Scenery.Mountains) ? 0.98 : 0.86));
        }
        else if (stage.Has(Scenery.City))
        {
            stage.Svg.Rect(0, stage.Height * 0.9, stage.Width, stage.Height * 0.1, stage.Svg.Vertical(new Stop(0, stage.Light.Near.Lighter(0.08)), new Stop(1, stage.Light.Near.Darker(0.4))));
        }
        else if (stage.Has(Scenery.Snow))
        {
            Distance(stage);
            Ground.SnowField(stage, stage.Horizon);
        }
        else if (stage.Has(Scenery.Field))
        {
            Distance(stage);
            Ground.Meadow(stage, stage.Horizon);
        }
        else
        {
            Foothills(stage, shore);
        }
    }

    /// <summary>Pale ridges at the horizon, where nothing stands before it.</summary>
    private static void Distance(Stage stage)
    {
        if (stage.Has(Scenery.Mountains))
        {
            return;
        }

        var random = stage.Random.Fork();
        for (var i = 0; i < 3; i++)
        {
            var line = Ridges.Rugged(random, stage.Width, stage.Horizon - ((70 - (i * 34)) * stage.Unit), (60 - (i * 12)) * stage.Unit, 0.5, 4 + stage.Finish.Detail);
            var tone = stage.Light.Land(0.02 + (i * 0.14)).Mix(stage.Light.Horizon, 0.45 - (i * 0.12));
            stage.Svg.Path(Ridges.Land(line, stage.Horizon + (80 * stage.Unit)), stage.Svg.Vertical(new Stop(0, tone), new Stop(1, tone.Mix(stage.Light.Horizon, 0.4))));
        }
    }

    /// <summary>Wooded hills below bare mountains.</summary>
    private static void Foothills(Stage stage, double bottom)
    {
        var random = stage.Random.Fork();
        for (var i = 0; i < 3; i++)
        {
            var line = Ridges.Soft(random, stage.Width, stage.Horizon + ((bottom - stage.Horizon) * (i * 0.3)) - ((i == 0 ? 14 : 0) * stage.Unit), (16 + (i * 10)) * stage.Unit);
            Woods.Row(stage, random, line, (34 + (i * 34)) * stage.Unit, stage.Finish.Scale(44 - (i * 12)), stage.Light.Land(0.62 + (i * 0.19)));
        }
    }

    private static void Shoreline(Stage stage, SeededRandom random)
    {
        for (var i = 0; i < 2; i++)
        {
            var line = Ridges.Soft(random, stage.Width, stage.Horizon - ((1 - i) * 16 * stage.Unit), 12 * stage.Unit);
            stage.Svg.Open(stage.Svg.Clip($"M0 0H{stage.Width}V{Svg.N(stage.Horizon + 1)}H0Z"));
            Woods.Row(stage, random, line, (84 + (i * 40)) * stage.Unit, stage.Finish.Scale(40), stage.Light.Land(0.5 + (i * 0.3)));
            stage.Svg.Close();
        }
    }
}
