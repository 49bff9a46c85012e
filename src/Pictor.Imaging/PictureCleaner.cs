using Pictor.Imaging.Cleaning;
using Pictor.Imaging.Native;

namespace Pictor.Imaging;

/// <summary>Makes a copy of a picture that carries the picture and nothing else, and can be decoded to its last pixel.</summary>
public static class PictureCleaner
{
    // What is decoded only to be turned upright should not be seen to have been encoded twice.
    private const int TurnedQuality = 95;

    /// <summary>
    /// Copies a PNG, JPEG or WebP part by part, keeping what rendering needs (colour profiles too); EXIF, GPS, XMP, IPTC, comments,
    /// text, thumbnails, further frames and trailing bytes stay behind. Pixels are encoded anew only where the picture must be
    /// turned upright (same format), and for GIF and AVIF (as PNG) and animated WebP (first frame, without loss).
    /// </summary>
    /// <returns>The header of what was written: PNG, JPEG or WebP, upright, one frame.</returns>
    /// <exception cref="PictureException">The file is refused; nothing is left at <paramref name="destination"/>.</exception>
    public static PictureHeader Clean(string source, string destination, PictureLimits limits, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var header = PictureProbe.Read(source, limits);
        NativeVips.Load();
        using var share = PixelBudget.Shared.Take(header.DecodeCost, ct);
        try
        {
            return MustBeDecoded(header)
                ? Encode(source, destination, header, limits, ct)
                : Copy(source, destination, header, limits, ct);
        }
        catch
        {
            File.Delete(destination);
            throw;
        }
    }

    // An animated PNG needs no decoding: without its animation chunks it is a still, made so by design.
    private static bool MustBeDecoded(PictureHeader header) =>
        header.Orientation != 1
        || header.Format is PictureFormat.Gif or PictureFormat.Avif
        || (header.Animated && header.Format == PictureFormat.WebP);

    private static PictureHeader Encode(
        string source, string destination, PictureHeader header, PictureLimits limits, CancellationToken ct)
    {
        var encoding = header.Format switch
        {
            PictureFormat.Jpeg => new PictureEncoding(PictureFormat.Jpeg, TurnedQuality),
            PictureFormat.WebP => new PictureEncoding(PictureFormat.WebP, TurnedQuality, header.Lossless || header.Animated),
            _ => new PictureEncoding(PictureFormat.Png),
        };
        using var evaluation = new Evaluation();
        var image = evaluation.Decode(source, header, limits, ct);
        try
        {
            VipsWriter.Write(evaluation, image, destination, encoding);
        }
        catch (VipsException fault)
        {
            throw new IOException("The picture could not be written.", fault);
        }

        return new PictureHeader(encoding.Format, header.Width, header.Height, Orientation: 1, header.HasAlpha, Animated: false)
        {
            Lossless = encoding.Lossless,
        };
    }

    private static PictureHeader Copy(
        string source, string destination, PictureHeader header, PictureLimits limits, CancellationToken ct)
    {
        using (var reader = new PictureReader(source))
        using (var copy = new FileStream(destination, FileMode.Create, FileAccess.Write, FileShare.None, 64 * 1024))
        {
            switch (header.Format)
            {
                case PictureFormat.Png:
                    PngCopy.Write(reader, copy, ct);
                    break;
                case PictureFormat.Jpeg:
                    JpegCopy.Write(reader, copy, ct);
                    break;
                default:
                    WebPCopy.Write(reader, copy, ct);
                    break;
            }
        }

        // The copy is what others will decode, so it is the copy that is tried.
        Evaluation.Check(destination, header, limits, ct);
        return header with { Animated = false };
    }
}
