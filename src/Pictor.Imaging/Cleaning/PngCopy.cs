using System.Buffers.Binary;

namespace Pictor.Imaging.Cleaning;

/// <summary>Copies a PNG chunk by chunk: what draws the picture and says its colours, and nothing after IEND.</summary>
internal static class PngCopy
{
    private static readonly string[] Kept =
        ["IHDR", "PLTE", "IDAT", "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "cICP", "mDCV", "cLLI", "pHYs"];

    private static readonly HashSet<uint> KeptTypes =
        [.. Kept.Select(name => BinaryPrimitives.ReadUInt32BigEndian(System.Text.Encoding.ASCII.GetBytes(name)))];

    public static void Write(PictureReader reader, CleanCopy destination, CancellationToken ct)
    {
        reader.CopyTo(destination, 8);
        Span<byte> chunk = stackalloc byte[8];
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            reader.ReadExactly(chunk);
            var length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            var type = BinaryPrimitives.ReadUInt32BigEndian(chunk[4..]);
            if (chunk[4..].SequenceEqual("IEND"u8))
            {
                destination.Write([0, 0, 0, 0, .. "IEND"u8, 0xAE, 0x42, 0x60, 0x82]);
                return;
            }

            if (KeptTypes.Contains(type))
            {
                destination.Write(chunk, reader.Position - chunk.Length);
                reader.CopyTo(destination, length + 4L);
            }
            else
            {
                reader.Skip(length + 4L);
            }
        }
    }
}
