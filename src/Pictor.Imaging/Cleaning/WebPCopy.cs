using System.Buffers.Binary;

namespace Pictor.Imaging.Cleaning;

/// <summary>Copies a still WebP chunk by chunk: the frame, its alpha and its colour profile.</summary>
internal static class WebPCopy
{
    private const byte ProfileFlag = 0x20;
    private const byte AlphaFlag = 0x10;

    public static void Write(PictureReader reader, CleanCopy destination, CancellationToken ct)
    {
        Span<byte> head = stackalloc byte[12];
        reader.ReadExactly(head);
        destination.Write(head);
        var end = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) + 8L;
        if (end > reader.Length + 1)
        {
            // One byte less is the pad that some writers leave out.
            throw PictureException.CutShort();
        }

        long canvas = -1;
        byte canvasFlags = 0;
        byte kept = 0;
        var hasFrame = false;
        Span<byte> chunk = stackalloc byte[8];
        while (reader.Position + 8 <= Math.Min(end, reader.Length) && !hasFrame)
        {
            ct.ThrowIfCancellationRequested();
            reader.ReadExactly(chunk);
            var type = chunk[..4];
            var length = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            if (type.SequenceEqual("VP8X"u8) && canvas < 0 && length >= 10)
            {
                canvas = destination.Length + 8;
                var bytes = reader.ReadSome(length + (length & 1L), 10);
                canvasFlags = bytes[0];
                BinaryPrimitives.WriteUInt32LittleEndian(chunk[4..], 10);
                destination.Write(chunk);
                destination.Write(bytes);
                continue;
            }

            hasFrame = type.SequenceEqual("VP8 "u8) || type.SequenceEqual("VP8L"u8);
            var profile = canvas >= 0 && type.SequenceEqual("ICCP"u8) && (kept & ProfileFlag) == 0;
            var alpha = canvas >= 0 && type.SequenceEqual("ALPH"u8) && (kept & AlphaFlag) == 0;
            kept |= (byte)((profile ? ProfileFlag : 0) | (alpha ? AlphaFlag : 0));
            if (hasFrame || profile || alpha)
            {
                destination.Write(chunk);
                reader.CopyTo(destination, length);
                PadAfter(reader, destination, length);
            }
            else
            {
                reader.Skip(Math.Min(reader.Remaining, length + (length & 1L)));
            }
        }

        if (!hasFrame)
        {
            throw PictureException.CutShort();
        }

        if (canvas >= 0)
        {
            // Alpha may also live inside a lossless frame, so that flag stays as it was.
            destination.Change(canvas, [(byte)((canvasFlags & AlphaFlag) | (kept & ProfileFlag)), 0, 0, 0]);
        }

        var size = destination.Length - 8;
        BinaryPrimitives.WriteUInt32LittleEndian(head, (uint)size);
        destination.Change(4, head[..4]);
    }

    // Chunks are even; some writers leave out the last pad byte.
    private static void PadAfter(PictureReader reader, CleanCopy destination, uint length)
    {
        if ((length & 1) != 0)
        {
            destination.Write([0]);
            reader.Skip(Math.Min(reader.Remaining, 1));
        }
    }
}
