using System.Buffers.Binary;
using Pictor.Imaging.Native;

namespace Pictor.Imaging.Headers;

/// <summary>The header of an AVIF file: known by its brands, its sizes held against the limits box by box, then read by the library.</summary>
internal static class AvifHeader
{
    public static bool IsAvif(ReadOnlySpan<byte> head) => HasBrand(head, "avif"u8) || HasBrand(head, "avis"u8);

    public static bool IsSequence(ReadOnlySpan<byte> head) => head.Length >= 12 && head[8..].StartsWith("avis"u8);

    /// <summary>Checks every size that the boxes of the file name (ISO/IEC 23008-12, ispe): the library allocates by them.</summary>
    public static void CheckSizes(PictureReader reader, PictureLimits limits) => CheckSizes(reader, reader.Length, Stricter(limits), depth: 0);

    public static PictureHeader Read(string path, bool sequence, PictureLimits limits)
    {
        NativeVips.Load();
        try
        {
            using var image = VipsImage.Load(path, PictureFormat.Avif);
            Stricter(limits).CheckSize(image.Width, image.Height);
            return new PictureHeader(PictureFormat.Avif, image.Width, image.Height, Orientation: 1, image.HasAlpha, sequence);
        }
        catch (VipsException fault)
        {
            throw PictureException.Damaged(fault);
        }
    }

    // The AV1 decoder cannot be stopped on its way: half the pixels are what it decodes within the time (measured 2026-11:
    // 12 megapixels of noise take 0.9 s on one core).
    private static PictureLimits Stricter(PictureLimits limits) => limits with { MaxPixels = limits.MaxPixels / 2 };

    private static void CheckSizes(PictureReader reader, long end, PictureLimits limits, int depth)
    {
        Span<byte> box = stackalloc byte[8];
        Span<byte> size = stackalloc byte[12];
        while (reader.Position + 8 <= end)
        {
            var start = reader.Position;
            reader.ReadExactly(box);
            long length = BinaryPrimitives.ReadUInt32BigEndian(box);
            var boxEnd = length switch
            {
                // 0: to the end of what holds it. 1: the length is a 64-bit number behind the type.
                0 => end,
                1 when reader.Position + 8 <= end => start + LongLength(reader),
                _ => start + length,
            };
            if (boxEnd < reader.Position || boxEnd > end)
            {
                throw PictureException.Damaged();
            }

            var type = box[4..];
            if (type.SequenceEqual("meta"u8) && depth == 0 && reader.Position + 4 <= boxEnd)
            {
                reader.Skip(4);
                CheckSizes(reader, boxEnd, limits, depth + 1);
            }
            else if ((type.SequenceEqual("iprp"u8) && depth == 1) || (type.SequenceEqual("ipco"u8) && depth == 2))
            {
                CheckSizes(reader, boxEnd, limits, depth + 1);
            }
            else if (type.SequenceEqual("ispe"u8) && reader.Position + 12 <= boxEnd)
            {
                reader.ReadExactly(size);
                limits.CheckSize(
                    BinaryPrimitives.ReadUInt32BigEndian(size[4..]), BinaryPrimitives.ReadUInt32BigEndian(size[8..]));
            }

            reader.Skip(boxEnd - reader.Position);
        }
    }

    private static long LongLength(PictureReader reader)
    {
        Span<byte> length = stackalloc byte[8];
        reader.ReadExactly(length);
        return (long)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(length), long.MaxValue / 2);
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
