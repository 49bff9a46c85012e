namespace Pictor.Imaging;

/// <summary>What the header of a picture says, without a pixel decoded.</summary>
/// <param name="Format">Decided by the bytes.</param>
/// <param name="Width">In pixels, as displayed: after <paramref name="Orientation"/> is applied.</param>
/// <param name="Height">In pixels, as displayed.</param>
/// <param name="Orientation">The EXIF value, 1 to 8; 1 where there is none or it is nonsense.</param>
/// <param name="HasAlpha">Whether pixels can be transparent.</param>
/// <param name="Animated">Whether there is more than one frame; only the first is ever used.</param>
public sealed record PictureHeader(PictureFormat Format, int Width, int Height, int Orientation, bool HasAlpha, bool Animated)
{
    /// <summary>WebP only: the pixels are stored without loss, and are written so again.</summary>
    internal bool Lossless { get; init; }

    /// <summary>Width as stored in the file: before the orientation is applied.</summary>
    internal int StoredWidth => Orientation >= 5 ? Height : Width;

    internal int StoredHeight => Orientation >= 5 ? Width : Height;

    /// <summary>What decoding takes from the <see cref="PixelBudget"/>: these decoders hold the whole picture, some of them several times.</summary>
    internal long DecodeCost => (long)Width * Height * Format switch
    {
        PictureFormat.Avif => 4,
        PictureFormat.WebP or PictureFormat.Gif => 2,
        _ => 1,
    };

    internal static PictureHeader FromStored(
        PictureFormat format, int width, int height, int orientation, bool hasAlpha, bool animated) =>
        orientation >= 5
            ? new(format, height, width, orientation, hasAlpha, animated)
            : new(format, width, height, orientation, hasAlpha, animated);
}
