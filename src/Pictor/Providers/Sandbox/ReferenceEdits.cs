using Pictor.Imaging;

namespace Pictor.Providers.Sandbox;

/// <summary>The changes that a local program can honestly make to a picture.</summary>
internal static class ReferenceEdits
{
    public static Picture Apply(Picture picture, IReadOnlyList<EditStep> steps) => steps.Aggregate(picture, Apply);

    private static Picture Apply(Picture picture, EditStep step) => step.Kind switch
    {
        EditKind.Grayscale => picture.Grayscale(),
        EditKind.Sepia => picture.Grayscale().Tint(160, 110, 50, 0.32),
        EditKind.Blur => picture.Blur(Math.Clamp(Math.Min(picture.Width, picture.Height) / 100.0, 2, 30)),
        EditKind.Brighter => picture.Brighten(1.3),
        EditKind.Darker => picture.Brighten(0.65),
        EditKind.Contrast => picture.Contrast(1.4),
        EditKind.Invert => picture.Invert(),
        EditKind.Rotate => picture.Rotate(step.Degrees),
        EditKind.FlipHorizontal => picture.FlipHorizontal(),
        EditKind.FlipVertical => picture.FlipVertical(),
        EditKind.Tint when step.Colour is { } colour => picture.Tint(colour.R, colour.G, colour.B, 0.4),

        // The crop to the ratio of the request happens to every edited reference.
        _ => picture,
    };
}
