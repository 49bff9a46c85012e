using System.Buffers.Binary;

namespace Pictor.Imaging.Headers;

/// <summary>The header of a PNG file: IHDR, and what a walk over the chunks tells of transparency, animation and orientation.</summary>
internal static class PngHeader
{
    public static PictureHeader Read(PictureReader reader, PictureLimits limits)
    {
        Span<byte> head = stackalloc byte[8 + 8 + 13 + 4];
        reader.ReadExactly(head);
        if (!head[8..16].SequenceEqual("\0\0\0\x0DIHDR"u8))
        {
            throw PictureException.Damaged();
        }

        var width = BinaryPrimitives.ReadUInt32BigEndian(head[16..]);
        var height = BinaryPrimitives.ReadUInt32BigEndian(head[20..]);
        limits.CheckSize(width, height);
        var colour = head[25];
        if (colour is not (0 or 2 or 3 or 4 or 6))
        {
            throw PictureException.Damaged();
        }

        var alpha = colour is 4 or 6;
        var animated = false;
        var orientation = 1;
        Span<byte> chunk = stackalloc byte[8];
        while (reader.Remaining >= 12)
        {
            reader.ReadExactly(chunk);
            long length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            var type = chunk[4..];
            if (type.SequenceEqual("IEND"u8) || length + 4 > reader.Remaining)
            {
                break;
            }

            alpha |= type.SequenceEqual("tRNS"u8);
            animated |= type.SequenceEqual("acTL"u8);
            if (type.SequenceEqual("eXIf"u8))
            {
                orientation = ExifOrientation.Read(reader.ReadSome(length, ExifOrientation.MostBytes));
                length = 0;
            }

            reader.Skip(length + 4);
        }

        return PictureHeader.FromStored(PictureFormat.Png, (int)width, (int)height, orientation, alpha, animated);
    }
}
