using System.Buffers.Binary;

namespace Pictor.Imaging.Headers;

/// <summary>Finds the orientation in an EXIF block. Whatever cannot be read means 1: as stored.</summary>
internal static class ExifOrientation
{
    /// <summary>No camera needs more than this before the first directory.</summary>
    public const int MostBytes = 64 * 1024;

    private const int OrientationTag = 0x0112;

    public static int Read(ReadOnlySpan<byte> exif)
    {
        if (exif.StartsWith("Exif\0\0"u8))
        {
            exif = exif[6..];
        }

        var little = exif.StartsWith("II*\0"u8);
        if (exif.Length < 14 || (!little && !exif.StartsWith("MM\0*"u8)))
        {
            return 1;
        }

        var directory = UInt32(exif[4..], little);
        if (directory > exif.Length - 2)
        {
            return 1;
        }

        var entries = exif[(int)directory..];
        var count = UInt16(entries, little);
        entries = entries[2..];
        for (var i = 0; i < count && entries.Length >= 12; i++, entries = entries[12..])
        {
            if (UInt16(entries, little) == OrientationTag)
            {
                var isLong = UInt16(entries[2..], little) == 4;
                var value = isLong ? UInt32(entries[8..], little) : UInt16(entries[8..], little);
                return value is >= 1 and <= 8 ? (int)value : 1;
            }
        }

        return 1;
    }

    private static ushort UInt16(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint UInt32(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
