namespace Pictor.Providers.Sandbox;

/// <summary>How a picture is to be executed, whatever it shows.</summary>
/// <param name="Detail">1 (low), 2 (medium, standard) or 3 (high, hd): more ridges, trees, windows, stars.</param>
/// <param name="Saturation">1 as designed, below for <c>natural</c>, above for <c>vivid</c>.</param>
/// <param name="Transparent">No sky, no ground colour: only what stands in front of them.</param>
internal sealed record Finish(int Detail = 2, double Saturation = 1, bool Transparent = false)
{
    public Colour Tune(Colour colour) => Saturation == 1 ? colour : colour.Saturated(Saturation);

    public Colour[] Tune(IEnumerable<Colour> colours) => [.. colours.Select(Tune)];

    /// <summary>A count for medium detail, scaled to the detail asked for.</summary>
    public int Scale(int medium) => Math.Max(1, Detail switch
    {
        1 => medium / 2,
        2 => medium,
        _ => medium * 9 / 5,
    });
}
