namespace Pictor.Providers.Sandbox;

/// <summary>The colours of an hour and a season, from which every layer of a scene takes its own.</summary>
/// <param name="Sky">From the zenith to the horizon.</param>
/// <param name="Glow">The sun or the moon.</param>
/// <param name="Far">Land at the horizon.</param>
/// <param name="Near">Land at the viewer's feet.</param>
/// <param name="Dark">True when lamps are lit.</param>
internal sealed record Light(Colour[] Sky, Colour Glow, Colour Far, Colour Near, bool Dark)
{
    public Colour Horizon => Sky[^1];

    /// <summary>The colour of land at a depth: 0 is far, 1 is near.</summary>
    public Colour Land(double depth) => Far.Mix(Near, depth);

    public static Light For(Scenery scenery, SeededRandom random, Finish finish)
    {
        var light = Hour(scenery);
        if (scenery.HasFlag(Scenery.Autumn))
        {
            light = light with { Near = light.Near.Mix(Colour.Hex("7a3412"), light.Dark ? 0.25 : 0.7), Far = light.Far.Mix(Colour.Hex("d99a5b"), light.Dark ? 0.1 : 0.5) };
        }

        if (scenery.HasFlag(Scenery.Spring) && !light.Dark)
        {
            light = light with { Far = light.Far.Mix(Colour.Hex("e9b8cf"), 0.45) };
        }

        if (scenery.HasFlag(Scenery.City) && !light.Dark)
        {
            light = light with { Near = light.Near.Mix(Colour.Hex("2b3550"), 0.8) };
        }

        if (scenery.HasFlag(Scenery.Snow) && !light.Dark)
        {
            light = light with { Far = light.Far.Mix(Colour.Hex("dbe7f2"), 0.4), Near = light.Near.Mix(Colour.Hex("3c5670"), 0.5) };
        }

        if (scenery.HasAny(Scenery.Mist | Scenery.Rain))
        {
            var veil = scenery.HasFlag(Scenery.Rain) ? Colour.Hex(light.Dark ? "2a3242" : "8b98a6") : light.Dark ? Colour.Hex("46557a") : light.Horizon.Mix(Colour.White, 0.55);
            light = light with { Sky = [.. light.Sky.Select(colour => colour.Mix(veil, 0.45))], Far = light.Far.Mix(veil, 0.5) };
        }

        // The same hour is never quite the same twice.
        var turn = random.Between(-9, 9);
        return light with
        {
            Sky = finish.Tune(light.Sky.Select(colour => colour.Turned(turn))),
            Glow = finish.Tune(light.Glow),
            Far = finish.Tune(light.Far.Turned(turn)),
            Near = finish.Tune(light.Near.Turned(turn)),
        };
    }

    private static Light Hour(Scenery scenery)
    {
        if (scenery.HasFlag(Scenery.Sunset) && !scenery.HasFlag(Scenery.Night))
        {
            return Of("fff0b5", "b5597f", "251638", false, "2c2c66", "6f3f86", "c9527b", "f5855f", "ffce7a");
        }

        if (scenery.HasAny(Scenery.Night | Scenery.Aurora | Scenery.Stars | Scenery.Moon))
        {
            return Of("f3f1dc", "33497f", "060b1d", true, "050920", "0c1740", "1d3470", "45609c");
        }

        if (scenery.HasFlag(Scenery.Sunrise))
        {
            return Of("fff3cf", "a99abb", "2f3a52", false, "5c7db8", "a9a9d2", "f0bfb4", "ffe3b3");
        }

        return scenery.HasFlag(Scenery.Desert)
            ? Of("fff4d6", "e3b184", "9c4f24", false, "3f92cf", "93c8e0", "f4e3c1")
            : Of("fff6d8", "93b8d4", "1f4f46", false, "2c7fd0", "74bcec", "cfeaf7", "f3f6ea");
    }

    private static Light Of(string glow, string far, string near, bool dark, params IReadOnlyList<string> sky) =>
        new([.. sky.Select(Colour.Hex)], Colour.Hex(glow), Colour.Hex(far), Colour.Hex(near), dark);
}
