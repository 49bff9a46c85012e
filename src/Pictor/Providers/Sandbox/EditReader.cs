namespace Pictor.Providers.Sandbox;

/// <summary>Turns the edit words of a prompt into steps: "flip … vertically" is one step, "rotate 90 degrees counterclockwise" too.</summary>
internal static class EditReader
{
    private const int MostSteps = 6;

    public static IReadOnlyList<EditStep> Order(IReadOnlyList<EditStep> words, IReadOnlyList<Colour> colours)
    {
        var kinds = words.Select(word => word.Kind).ToHashSet();
        var steps = new List<EditStep>();
        foreach (var word in words.DistinctBy(word => word.Kind))
        {
            var step = word.Kind switch
            {
                EditKind.CounterClockwise when kinds.Contains(EditKind.Rotate) => null,
                EditKind.UpsideDown => new EditStep(EditKind.Rotate, 180),
                EditKind.CounterClockwise => new EditStep(EditKind.Rotate, 270),
                EditKind.Rotate when kinds.Contains(EditKind.UpsideDown) => null,
                EditKind.Rotate => new EditStep(EditKind.Rotate, Quarter(word.Degrees, kinds.Contains(EditKind.CounterClockwise))),
                EditKind.Flip when kinds.Contains(EditKind.FlipHorizontal) || kinds.Contains(EditKind.FlipVertical) => null,
                EditKind.Flip => new EditStep(EditKind.FlipHorizontal),
                EditKind.Tint => word with { Colour = colours.Count > 0 ? colours[^1] : Colour.Hex("ffa500") },
                _ => word,
            };
            if (step is not null && steps.Count < MostSteps)
            {
                steps.Add(step);
            }
        }

        return steps;
    }

    /// <summary>The nearest quarter turn, clockwise; 90 where no number was given.</summary>
    private static int Quarter(int degrees, bool counter)
    {
        var quarters = degrees == 0 ? 1 : (int)Math.Round(degrees / 90.0) % 4;
        quarters = quarters == 0 ? 1 : quarters;
        return (counter ? 4 - quarters : quarters) * 90;
    }
}
