using System.Buffers.Binary;

namespace Pictor.Imaging.Headers;

/// <summary>The header of a GIF file: the screen, and a walk over the blocks to the second frame.</summary>
internal static class GifHeader
{
    public static PictureHeader Read(PictureReader reader, PictureLimits limits)
    {
        Span<byte> screen = stackalloc byte[13];
        reader.ReadExactly(screen);
        int width = BinaryPrimitives.ReadUInt16LittleEndian(screen[6..]);
        int height = BinaryPrimitives.ReadUInt16LittleEndian(screen[8..]);
        limits.CheckSize(width, height);
        var frames = 0;
        var alpha = false;
        try
        {
            SkipColours(reader, screen[10]);
            while (frames < 2)
            {
                var block = reader.ReadByte();
                if (block == 0x2C)
                {
                    frames++;
                    alpha |= frames == 1 && SkipFrame(reader, limits) is var frame && frame != (0, 0, width, height);
                }
                else if (block == 0x21)
                {
                    alpha |= SkipExtension(reader) && frames == 0;
                }
                else
                {
                    break;
                }
            }
        }
        catch (PictureException fault) when (fault.Fault == PictureFault.Damaged)
        {
            // The end of the file is missing. The size is known; whether the frame is whole shows when it is decoded.
        }

        return new PictureHeader(PictureFormat.Gif, width, height, Orientation: 1, alpha, Animated: frames > 1);
    }

    private static void SkipColours(PictureReader reader, byte flags)
    {
        if ((flags & 0x80) != 0)
        {
            reader.Skip(3L << ((flags & 7) + 1));
        }
    }

    private static (int Left, int Top, int Width, int Height) SkipFrame(PictureReader reader, PictureLimits limits)
    {
        Span<byte> frame = stackalloc byte[9];
        reader.ReadExactly(frame);
        var place = (
            Left: (int)BinaryPrimitives.ReadUInt16LittleEndian(frame),
            Top: (int)BinaryPrimitives.ReadUInt16LittleEndian(frame[2..]),
            Width: (int)BinaryPrimitives.ReadUInt16LittleEndian(frame[4..]),
            Height: (int)BinaryPrimitives.ReadUInt16LittleEndian(frame[6..]));
        limits.CheckSize(place.Left + place.Width, place.Top + place.Height);
        SkipColours(reader, frame[8]);
        reader.Skip(1);
        SkipBlocks(reader);
        return place;
    }

    // True where a graphic control extension names a transparent colour.
    private static bool SkipExtension(PictureReader reader)
    {
        var label = reader.ReadByte();
        var transparent = false;
        if (label == 0xF9)
        {
            var length = reader.ReadByte();
            var control = reader.ReadSome(length, length);
            transparent = control.Length > 0 && (control[0] & 1) != 0;
            if (length == 0)
            {
                return false;
            }
        }

        SkipBlocks(reader);
        return transparent;
    }

    private static void SkipBlocks(PictureReader reader)
    {
        for (var length = reader.ReadByte(); length != 0; length = reader.ReadByte())
        {
            reader.Skip(length);
        }
    }
}
