using System.Buffers.Binary;
using System.IO.Compression;
using Pictor.Imaging;

namespace Pictor.Cli.Terminal;

/// <summary>A small picture as plain pixels: made by the picture library as an 8-bit PNG, and taken apart here.</summary>
internal sealed class PixelGrid
{
    private readonly byte[] _pixels;

    private PixelGrid(int width, int height, byte[] pixels) => (Width, Height, _pixels) = (width, height, pixels);

    public int Width { get; }

    public int Height { get; }

    public (byte R, byte G, byte B) this[int x, int y]
    {
        get
        {
            var at = ((y * Width) + x) * 3;
            return (_pixels[at], _pixels[at + 1], _pixels[at + 2]);
        }
    }

    public static PixelGrid Read(string path, int width, int height)
    {
        var folder = Directory.CreateTempSubdirectory("pictor-show-");
        try
        {
            // JPEG has no alpha: the picture gets its white ground on the way.
            var flat = Path.Combine(folder.FullName, "flat.jpg");
            var png = Path.Combine(folder.FullName, "small.png");
            Picture.Open(path, TerminalPicture.Limits).Resize(width, height).Save(flat, new PictureEncoding(PictureFormat.Jpeg, 95));
            Picture.Open(flat, TerminalPicture.Limits).Save(png, new PictureEncoding(PictureFormat.Png));
            return Parse(File.ReadAllBytes(png));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static PixelGrid Parse(byte[] png)
    {
        var (width, height, channels) = (0, 0, 0);
        using var packed = new MemoryStream();
        for (var at = 8; at + 8 <= png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            var type = png.AsSpan(at + 4, 4);
            if (type.SequenceEqual("IHDR"u8))
            {
                width = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at + 8));
                height = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at + 12));
                channels = png[at + 17] switch { 0 => 1, 2 => 3, 4 => 2, 6 => 4, _ => throw new CliException("The picture cannot be shown.") };
            }
            else if (type.SequenceEqual("IDAT"u8))
            {
                packed.Write(png, at + 8, length);
            }

            at += length + 12;
        }

        packed.Position = 0;
        using var inflated = new ZLibStream(packed, CompressionMode.Decompress);
        return new PixelGrid(width, height, Unfilter(inflated, width, height, channels));
    }

    // PNG, chapter 9: each row is stored as differences to its neighbours.
    private static byte[] Unfilter(Stream source, int width, int height, int channels)
    {
        var pixels = new byte[width * height * 3];
        var (row, above) = (new byte[width * channels], new byte[width * channels]);
        for (var y = 0; y < height; y++)
        {
            var filter = source.ReadByte();
            source.ReadExactly(row);
            for (var i = 0; i < row.Length; i++)
            {
                int left = i >= channels ? row[i - channels] : 0, up = above[i], corner = i >= channels ? above[i - channels] : 0;
                row[i] += (byte)(filter switch { 1 => left, 2 => up, 3 => (left + up) / 2, 4 => Paeth(left, up, corner), _ => 0 });
            }

            for (var x = 0; x < width; x++)
            {
                for (var c = 0; c < 3; c++)
                {
                    pixels[(((y * width) + x) * 3) + c] = row[(x * channels) + (channels >= 3 ? c : 0)];
                }
            }

            (row, above) = (above, row);
        }

        return pixels;
    }

    private static int Paeth(int left, int up, int corner)
    {
        var guess = left + up - corner;
        var (a, b, c) = (Math.Abs(guess - left), Math.Abs(guess - up), Math.Abs(guess - corner));
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }
}
