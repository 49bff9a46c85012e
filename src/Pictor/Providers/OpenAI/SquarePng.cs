using Pictor.Errors;
using Pictor.Images;
using Pictor.Imaging;

namespace Pictor.Providers.OpenAI;

/// <summary>dall-e-2 takes square PNGs only: other pictures are padded with white and converted, so that nothing is cut off, and the caller is told.</summary>
internal static class SquarePng
{
    // The vendor's limit is 4 MB; 1024 a side is the largest it draws, so nothing is lost by sending no more.
    private const int LargestSide = 1024;

    public static bool IsNeeded(ProviderCall call) =>
        call.UpstreamModel.StartsWith("dall-e-2", StringComparison.Ordinal) && call.References.Count > 0;

    public static IEnumerable<Warning> Changes(ProviderCall call) => IsNeeded(call)
        ? call.References
            .Where(reference => reference.Size.Width != reference.Size.Height)
            .Take(1)
            .Select(reference => Warning.Adapted("image", reference.Size.ToString(), "a square", "The upstream model takes square pictures; the picture was padded with white."))
        : [];

    /// <exception cref="GatewayException"><see cref="ErrorKind.BadReferenceImage"/>: it cannot be decoded; or <see cref="ErrorKind.StorageUnavailable"/>.</exception>
    public static ProviderCall Apply(ProviderCall call) => call with
    {
        References = [.. call.References.Select((reference, position) => Convert(reference, Path.Combine(call.WorkFolder, $"square-{position}.png"), "image"))],
        Mask = call.Mask is { } mask ? Convert(mask, Path.Combine(call.WorkFolder, "square-mask.png"), "mask") : null,
    };

    private static ReferencePicture Convert(ReferencePicture picture, string path, string param)
    {
        if (picture.MediaType == "image/png" && picture.Size.Width == picture.Size.Height && picture.Size.Width <= LargestSide)
        {
            return picture;
        }

        try
        {
            return Preparation.Of(() => Draw(picture, path));
        }
        catch (PictureException fault)
        {
            throw new GatewayException(new GatewayError(ErrorKind.BadReferenceImage, $"{param} cannot be decoded", param), fault);
        }
    }

    private static ReferencePicture Draw(ReferencePicture picture, string path)
    {
        var side = Math.Min(LargestSide, Math.Max(picture.Size.Width, picture.Size.Height));
        using var whole = Picture.Open(picture.Path, PictureLimits.Default);
        using var square = whole.Contain(side, side, 255, 255, 255);
        square.Save(path, new PictureEncoding(PictureFormat.Png));
        return new ReferencePicture(path, "image/png", new PixelSize(side, side), new FileInfo(path).Length, Link: null);
    }
}
