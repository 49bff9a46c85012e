using System.Buffers.Binary;

namespace Pictor.Imaging.Headers;

/// <summary>The header of a WebP file: the canvas (VP8X) or the frame itself (VP8, VP8L), and the EXIF chunk.</summary>
internal static class WebPHeader
{
    public static PictureHeader Read(PictureReader reader, PictureLimits limits)
    {
        reader.Skip(12);
        Span<byte> chunk = stackalloc byte[8];
        Span<byte> bytes = stackalloc byte[10];
        reader.ReadExactly(chunk);
        long length = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
        var first = chunk[..4];
        if (first.SequenceEqual("VP8 "u8))
        {
            reader.ReadExactly(bytes);
            var (width, height) = FrameSize(bytes);
            limits.CheckSize(width, height);
            return new PictureHeader(PictureFormat.WebP, width, height, Orientation: 1, HasAlpha: false, Animated: false);
        }

        if (first.SequenceEqual("VP8L"u8))
        {
            reader.ReadExactly(bytes[..5]);
            var (width, height, alpha) = LosslessSize(bytes);
            limits.CheckSize(width, height);
            return new PictureHeader(PictureFormat.WebP, width, height, Orientation: 1, alpha, Animated: false) { Lossless = true };
        }

        if (!first.SequenceEqual("VP8X"u8) || length < 10)
        {
            throw PictureException.Damaged();
        }

        reader.ReadExactly(bytes);
        var canvas = (Width: UInt24(bytes[4..]) + 1, Height: UInt24(bytes[7..]) + 1);
        limits.CheckSize(canvas.Width, canvas.Height);
        var flags = bytes[0];
        var orientation = 0;
        var lossless = false;
        var rest = length - 10 + (length & 1);
        while (rest + 8 <= reader.Remaining)
        {
            reader.Skip(rest);
            reader.ReadExactly(chunk);
            length = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            rest = length + (length & 1);
            lossless |= chunk[..4].SequenceEqual("VP8L"u8);
            if (chunk[..4].SequenceEqual("EXIF"u8) && orientation == 0 && length <= reader.Remaining)
            {
                orientation = ExifOrientation.Read(reader.ReadSome(length, ExifOrientation.MostBytes));
                rest -= length;
            }
        }

        return PictureHeader.FromStored(
            PictureFormat.WebP, canvas.Width, canvas.Height, Math.Max(orientation, 1), (flags & 0x10) != 0, (flags & 0x02) != 0) with
        {
            Lossless = lossless,
        };
    }

    private static (int Width, int Height) FrameSize(ReadOnlySpan<byte> frame)
    {
        if (!frame[3..].StartsWith((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A]))
        {
            throw PictureException.Damaged();
        }

        return (BinaryPrimitives.ReadUInt16LittleEndian(frame[6..]) & 0x3FFF,
            BinaryPrimitives.ReadUInt16LittleEndian(frame[8..]) & 0x3FFF);
    }

    private static (int Width, int Height, bool Alpha) LosslessSize(ReadOnlySpan<byte> frame)
    {
        if (frame[0] != 0x2F)
        {
            throw PictureException.Damaged();
        }

        var bits = BinaryPrimitives.ReadUInt32LittleEndian(frame[1..]);
        return ((int)(bits & 0x3FFF) + 1, (int)((bits >> 14) & 0x3FFF) + 1, ((bits >> 28) & 1) != 0);
    }

    private static int UInt24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}
