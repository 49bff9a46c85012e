namespace Pictor.Providers.Sandbox;

/// <summary>Where a scene is painted: the canvas, the light, and the few lines that all layers share.</summary>
internal sealed record Stage(Svg Svg, SeededRandom Random, Light Light, Finish Finish, Scenery Scenery)
{
    public double Width => Svg.Width;

    public double Height => Svg.Height;

    /// <summary>The measure for things that should not stretch with the picture.</summary>
    public double Unit => Math.Sqrt(Width * Height) / 1000;

    public required double Horizon { get; init; }

    public required double SunX { get; init; }

    public required double SunY { get; init; }

    public bool Has(Scenery scenery) => Scenery.HasAny(scenery);
}
