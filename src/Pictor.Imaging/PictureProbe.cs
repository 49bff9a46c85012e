using Pictor.Imaging.Headers;

namespace Pictor.Imaging;

/// <summary>Says what a file is and how large its picture would be, before anything is decoded.</summary>
public static class PictureProbe
{
    /// <summary>The format by the first bytes alone (32 are enough), or null.</summary>
    public static PictureFormat? Sniff(ReadOnlySpan<byte> head) => head switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => PictureFormat.Png,
        [0xFF, 0xD8, 0xFF, ..] => PictureFormat.Jpeg,
        _ when head.StartsWith("RIFF"u8) && head.Length >= 12 && head[8..].StartsWith("WEBP"u8) => PictureFormat.WebP,
        _ when head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8) => PictureFormat.Gif,
        _ when AvifHeader.IsAvif(head) => PictureFormat.Avif,
        _ => null,
    };

    /// <summary>Reads the header of a picture file and holds it against the limits.</summary>
    /// <exception cref="PictureException">Any fault but <see cref="PictureFault.TookTooLong"/>.</exception>
    public static PictureHeader Read(string path, PictureLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        using var reader = new PictureReader(path);
        limits.CheckBytes(reader.Length);
        switch (SniffOrRefuse(reader.Window()))
        {
            case PictureFormat.Png:
                return PngHeader.Read(reader, limits);
            case PictureFormat.Jpeg:
                return JpegHeader.Read(reader, limits);
            case PictureFormat.WebP:
                return WebPHeader.Read(reader, limits);
            case PictureFormat.Gif:
                return GifHeader.Read(reader, limits);
            default:
                var sequence = AvifHeader.IsSequence(reader.Window());
                AvifHeader.CheckSizes(reader, limits);
                return AvifHeader.Read(path, sequence, limits);
        }
    }

    private static PictureFormat SniffOrRefuse(ReadOnlySpan<byte> head)
    {
        if (Sniff(head) is { } format)
        {
            return format;
        }

        var known = head switch
        {
            [] => throw new PictureException(PictureFault.Damaged, "The file is empty."),
            [(byte)'B', (byte)'M', _, _, _, _, 0, 0, 0, 0, ..] => "BMP",
            [(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..] => "TIFF",
            [0xFF, 0x0A, ..] or [0, 0, 0, 12, (byte)'J', (byte)'X', (byte)'L', (byte)' ', ..] => "JPEG XL",
            _ when head.Length >= 12 && head[4..].StartsWith("ftyphe"u8) => "HEIC",
            _ => throw new PictureException(
                PictureFault.NotAPicture, "This is not a picture: PNG, JPEG, WebP, GIF and AVIF are taken."),
        };
        throw new PictureException(
            PictureFault.Unsupported, $"{known} pictures are not taken: send PNG, JPEG, WebP, GIF or AVIF.");
    }
}
