using System.Buffers.Binary;
using Pictor.Imaging.Native;

namespace Pictor.Imaging.Headers;

/// <summary>The header of an AVIF file: known by its brands, measured by the library, which decodes no pixel for it.</summary>
internal static class AvifHeader
{
    public static bool IsAvif(ReadOnlySpan<byte> head) => HasBrand(head, "avif"u8) || HasBrand(head, "avis"u8);

    public static bool IsSequence(ReadOnlySpan<byte> head) => head.Length >= 12 && head[8..].StartsWith("avis"u8);

    public static PictureHeader Read(string path, bool sequence, PictureLimits limits)
    {
        NativeVips.Load();
        try
        {
            using var image = VipsImage.Load(path, PictureFormat.Avif);
            limits.CheckSize(image.Width, image.Height);
            return new PictureHeader(PictureFormat.Avif, image.Width, image.Height, Orientation: 1, image.HasAlpha, sequence);
        }
        catch (VipsException fault)
        {
            throw PictureException.Damaged(fault);
        }
    }

    // The box is: length (4), "ftyp", major brand (4), version (4), compatible brands (4 each).
    private static bool HasBrand(ReadOnlySpan<byte> head, ReadOnlySpan<byte> brand)
    {
        if (head.Length < 16 || !head[4..].StartsWith("ftyp"u8))
        {
            return false;
        }

        var end = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(head), Math.Min((uint)head.Length, 32));
        for (var at = 8; at + 4 <= end; at += at == 8 ? 8 : 4)
        {
            if (head.Slice(at, 4).SequenceEqual(brand))
            {
                return true;
            }
        }

        return false;
    }
}
