using System.Buffers.Binary;
using Pictor.Imaging.Headers;

namespace Pictor.Imaging.Cleaning;

/// <summary>Copies a JPEG segment by segment: tables, frame, scans, JFIF without thumbnail, colour profile and Adobe's transform flag.</summary>
internal static class JpegCopy
{
    public static void Write(PictureReader reader, CleanCopy destination, CancellationToken ct)
    {
        reader.Skip(2);
        destination.Write([0xFF, JpegMarkers.StartOfImage]);
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var marker = JpegMarkers.Next(reader);
            if (marker == JpegMarkers.EndOfImage)
            {
                // Whatever follows is another picture (MPF, gain maps, films) or no picture at all.
                destination.Write([0xFF, marker]);
                return;
            }

            if (JpegMarkers.StandsAlone(marker))
            {
                continue;
            }

            var length = JpegMarkers.Length(reader);
            switch (marker)
            {
                case JpegMarkers.App0:
                    CopyJfif(reader, destination, length);
                    break;
                case JpegMarkers.App2:
                    CopyIf("ICC_PROFILE\0"u8, marker, reader, destination, length);
                    break;
                case JpegMarkers.App14:
                    CopyIf("Adobe"u8, marker, reader, destination, length);
                    break;
                case >= JpegMarkers.App0 and <= JpegMarkers.App15 or >= 0xF0 or < 0xC0:
                    reader.Skip(length);
                    break;
                default:
                    WriteHead(destination, marker, length);
                    reader.CopyTo(destination, length);
                    break;
            }

            if (marker == JpegMarkers.StartOfScan)
            {
                CopyScan(reader, destination, ct);
            }
        }
    }

    private static void CopyJfif(PictureReader reader, CleanCopy destination, int length)
    {
        var block = reader.ReadSome(length, 14);
        if (block.Length == 14 && block.AsSpan().StartsWith("JFIF\0"u8))
        {
            WriteHead(destination, JpegMarkers.App0, 14);
            destination.Write(block.AsSpan(0, 12));
            destination.Write([0, 0]);
        }
    }

    private static void CopyIf(ReadOnlySpan<byte> name, byte marker, PictureReader reader, CleanCopy destination, int length)
    {
        var block = reader.ReadSome(length, length);
        if (!block.AsSpan().StartsWith(name))
        {
            return;
        }

        // Adobe's segment has 12 bytes; more would be a place to hide things.
        var kept = marker == JpegMarkers.App14 ? Math.Min(12, length) : length;
        WriteHead(destination, marker, kept);
        destination.Write(block.AsSpan(0, kept));
    }

    private static void WriteHead(CleanCopy destination, byte marker, int length)
    {
        Span<byte> head = [0xFF, marker, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)(length + 2));
        destination.Write(head);
    }

    // Entropy-coded bytes go on to the next marker that is neither a stuffed zero nor a restart; that marker is left to be read.
    private static void CopyScan(PictureReader reader, CleanCopy destination, CancellationToken ct)
    {
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var window = reader.Window();
            if (window.IsEmpty)
            {
                throw PictureException.CutShort();
            }

            var at = window.IndexOf((byte)0xFF);
            destination.Write(at < 0 ? window : window[..at], reader.Position);
            reader.Advance(at < 0 ? window.Length : at);
            if (at < 0)
            {
                continue;
            }

            if (!TryCopyEscape(reader, destination))
            {
                return;
            }
        }
    }

    // At FF: copies a stuffed zero or a restart marker, drops fill bytes; false, with nothing read, at any other marker.
    private static bool TryCopyEscape(PictureReader reader, CleanCopy destination)
    {
        switch (reader.PeekSecond())
        {
            case 0xFF:
                reader.Advance(1);
                return true;
            case var second when second == 0 || JpegMarkers.IsRestart(second):
                reader.Skip(2);
                destination.Write([0xFF, second], reader.Position - 2);
                return true;
            default:
                return false;
        }
    }
}
