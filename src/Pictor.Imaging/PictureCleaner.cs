using Pictor.Imaging.Cleaning;
using Pictor.Imaging.Native;

namespace Pictor.Imaging;

/// <summary>Makes of a file one that carries the picture and nothing else.</summary>
public static class PictureCleaner
{
    // What is decoded only to be turned upright should not be seen to have been encoded twice.
    private const int TurnedQuality = 95;

    /// <summary>
    /// Cleans a stranger's picture. PNG, JPEG and WebP are kept part by part, with what rendering needs (colour profiles too);
    /// EXIF, GPS, XMP, IPTC, comments, text, thumbnails, further frames and trailing bytes stay behind. Pixels are encoded anew
    /// only where the picture must be turned upright (same format), and for GIF and AVIF (as PNG) and animated WebP (first frame,
    /// without loss). The result was decoded once, to its last pixel.
    /// </summary>
    /// <param name="source">The file; it becomes the result where nothing has to go.</param>
    /// <param name="destination">Where the result is to be.</param>
    /// <param name="limits">What the picture may be.</param>
    /// <param name="ct">Ends the work early.</param>
    /// <returns>The header of the result: PNG, JPEG or WebP, upright, one frame.</returns>
    /// <exception cref="PictureException">The file is refused; nothing is left at <paramref name="destination"/>.</exception>
    public static PictureHeader Clean(string source, string destination, PictureLimits limits, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var header = PictureProbe.Read(source, limits);
        NativeVips.Load();
        using var share = PixelBudget.Shared.Take(header.DecodeCost, ct);
        try
        {
            if (MustBeDecoded(header))
            {
                return Encode(source, destination, header, limits, ct);
            }

            if (Copy(source, destination, header, hashes: false, ct).IsSame)
            {
                Evaluation.Check(source, header, limits, ct);
                File.Move(source, destination, overwrite: true);
            }
            else
            {
                // The copy is what others will decode, so it is the copy that is tried.
                Evaluation.Check(destination, header, limits, ct);
            }

            return header with { Animated = false };
        }
        catch
        {
            File.Delete(destination);
            throw;
        }
    }

    /// <summary>
    /// Cleans a picture that a vendor made, as <see cref="Clean"/> does, but takes its word for the pixels: they are decoded only
    /// where they have to be encoded anew. What is cut short is refused all the same.
    /// </summary>
    /// <param name="source">The file; it is the result where nothing has to go.</param>
    /// <param name="destination">Where the result is to be otherwise.</param>
    /// <param name="limits">What the picture may be.</param>
    /// <param name="ct">Ends the work early.</param>
    /// <exception cref="PictureException">The file is refused; nothing is left at <paramref name="destination"/>.</exception>
    public static CleanPicture CleanMade(string source, string destination, PictureLimits limits, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var header = PictureProbe.Read(source, limits);
        try
        {
            if (MustBeDecoded(header))
            {
                NativeVips.Load();
                using var share = PixelBudget.Shared.Take(header.DecodeCost, ct);
                return CleanPicture.Of(destination, Encode(source, destination, header, limits, ct));
            }

            var (isSame, hash) = Copy(source, destination, header, hashes: true, ct);
            header = header with { Animated = false };
            return isSame && hash is not null
                ? new CleanPicture(source, header, new FileInfo(source).Length, Convert.ToHexStringLower(hash))
                : CleanPicture.Of(isSame ? source : destination, header);
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

    private static (bool IsSame, byte[]? Hash) Copy(string source, string destination, PictureHeader header, bool hashes, CancellationToken ct)
    {
        using var reader = new PictureReader(source, hashes);
        using var copy = new CleanCopy(source, destination);
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

        return (copy.End(), reader.Hash());
    }
}
