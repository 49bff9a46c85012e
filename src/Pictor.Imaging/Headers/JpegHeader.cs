using System.Buffers.Binary;

namespace Pictor.Imaging.Headers;

/// <summary>The header of a JPEG file: the frame (SOF) and the first EXIF block, up to the first scan.</summary>
internal static class JpegHeader
{
    public static PictureHeader Read(PictureReader reader, PictureLimits limits)
    {
        reader.Skip(2);
        var size = default((int Width, int Height));
        var orientation = 0;
        Span<byte> frame = stackalloc byte[5];
        while (true)
        {
            var marker = JpegMarkers.Next(reader);
            if (marker == JpegMarkers.StartOfScan)
            {
                break;
            }

            if (marker == JpegMarkers.EndOfImage)
            {
                throw PictureException.CutShort();
            }

            if (JpegMarkers.StandsAlone(marker))
            {
                continue;
            }

            var length = JpegMarkers.Length(reader);
            if (JpegMarkers.IsFrame(marker))
            {
                if (size.Width != 0 || length < 6)
                {
                    throw PictureException.Damaged();
                }

                reader.ReadExactly(frame);
                size = (BinaryPrimitives.ReadUInt16BigEndian(frame[3..]), BinaryPrimitives.ReadUInt16BigEndian(frame[1..]));
                limits.CheckSize(size.Width, size.Height);
                length -= frame.Length;
            }
            else if (marker == JpegMarkers.App1 && orientation == 0)
            {
                var block = reader.ReadSome(length, ExifOrientation.MostBytes);
                orientation = block.AsSpan().StartsWith("Exif\0\0"u8) ? ExifOrientation.Read(block) : 0;
                length = 0;
            }

            reader.Skip(length);
        }

        if (size.Width == 0)
        {
            throw PictureException.Damaged();
        }

        return PictureHeader.FromStored(
            PictureFormat.Jpeg, size.Width, size.Height, Math.Max(orientation, 1), hasAlpha: false, animated: false);
    }
}
