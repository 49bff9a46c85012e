using System.Buffers.Binary;
using System.Text;
using Pictor.Imaging;
using Pictor.Imaging.Native;

namespace Pictor.Tests.Imaging;

/// <summary>Small real pictures, and the container parts that tests put into them.</summary>
internal static class Samples
{
    /// <summary>What no cleaned file may contain.</summary>
    public const string Secret = "GPS-N48.137-E11.575";

    public const string Red = "255,0,0";
    public const string Green = "0,255,0";
    public const string Blue = "0,0,255";
    public const string White = "255,255,255";

    /// <summary>48 x 32 in four quarters: red, green over blue, white.</summary>
    public static byte[] Quarters(PictureFormat format, int width = 48, int height = 32, bool lossless = true)
    {
        using var scratch = new ScratchFolder();
        using var picture = Picture.Solid(width, height, 255, 255, 255)
            .Overlay(Picture.Solid(width / 2, height / 2, 255, 0, 0), 0, 0)
            .Overlay(Picture.Solid(width / 2, height / 2, 0, 255, 0), width / 2, 0)
            .Overlay(Picture.Solid(width / 2, height / 2, 0, 0, 255), 0, height / 2);
        picture.Save(scratch["picture"], new PictureEncoding(format, 95, lossless && format == PictureFormat.WebP));
        return File.ReadAllBytes(scratch["picture"]);
    }

    /// <summary>A JPEG or PNG in a wide colour space, with its profile.</summary>
    public static byte[] WithProfile(string saver)
    {
        using var scratch = new ScratchFolder();
        NativeVips.Load();
        using var evaluation = new Evaluation();
        using var transform = new VipsOperation("icc_transform").Set("in", evaluation.Solid(32, 32, [200, 40, 40]))
            .Set("output_profile", "p3").Set("input_profile", "srgb");
        using var wide = transform.Run();
        using var save = new VipsOperation(saver).Set("in", wide).Set("filename", scratch["wide"]).Set("keep", 1 << 3);
        save.RunToEnd();
        return File.ReadAllBytes(scratch["wide"]);
    }

    /// <summary>EXIF with an orientation and a text that must not get out.</summary>
    public static byte[] Exif(int orientation, bool little = true)
    {
        var bytes = new byte[26];
        var span = bytes.AsSpan();
        if (little)
        {
            "II*\0"u8.CopyTo(span);
            BinaryPrimitives.WriteUInt32LittleEndian(span[4..], 8);
            BinaryPrimitives.WriteUInt16LittleEndian(span[8..], 1);
            BinaryPrimitives.WriteUInt16LittleEndian(span[10..], 0x0112);
            BinaryPrimitives.WriteUInt16LittleEndian(span[12..], 3);
            BinaryPrimitives.WriteUInt32LittleEndian(span[14..], 1);
            BinaryPrimitives.WriteUInt16LittleEndian(span[18..], (ushort)orientation);
        }
        else
        {
            "MM\0*"u8.CopyTo(span);
            BinaryPrimitives.WriteUInt32BigEndian(span[4..], 8);
            BinaryPrimitives.WriteUInt16BigEndian(span[8..], 1);
            BinaryPrimitives.WriteUInt16BigEndian(span[10..], 0x0112);
            BinaryPrimitives.WriteUInt16BigEndian(span[12..], 3);
            BinaryPrimitives.WriteUInt32BigEndian(span[14..], 1);
            BinaryPrimitives.WriteUInt16BigEndian(span[18..], (ushort)orientation);
        }

        return [.. bytes, .. Encoding.ASCII.GetBytes(Secret)];
    }

    public static byte[] WithExif(PictureFormat format, int orientation) => format switch
    {
        PictureFormat.Jpeg => AfterStart(Quarters(format), Segment(0xE1, [.. "Exif\0\0"u8, .. Exif(orientation)])),
        PictureFormat.Png => BeforeEnd(Quarters(format), Chunk("eXIf", Exif(orientation))),
        _ => ExtendedWebP(Quarters(format), flags: 0x08, RiffChunk("EXIF", Exif(orientation))),
    };

    public static byte[] Segment(byte marker, ReadOnlySpan<byte> content)
    {
        var length = content.Length + 2;
        return [0xFF, marker, (byte)(length >> 8), (byte)length, .. content];
    }

    /// <summary>Puts segments right after SOI of a JPEG.</summary>
    public static byte[] AfterStart(byte[] jpeg, byte[] segments) => [.. jpeg[..2], .. segments, .. jpeg[2..]];

    public static byte[] Chunk(string type, ReadOnlySpan<byte> content)
    {
        byte[] typed = [.. Encoding.ASCII.GetBytes(type), .. content];
        var bytes = new byte[typed.Length + 8];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)content.Length);
        typed.CopyTo(bytes, 4);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(bytes.Length - 4), Crc(typed));
        return bytes;
    }

    /// <summary>Puts chunks right after IHDR of a PNG.</summary>
    public static byte[] AfterHeader(byte[] png, byte[] chunks) => [.. png[..33], .. chunks, .. png[33..]];

    public static byte[] BeforeEnd(byte[] png, byte[] chunks) => [.. png[..^12], .. chunks, .. png[^12..]];

    public static byte[] PngHeader(uint width, uint height) =>
    [
        0x89, .. "PNG\r\n\u001a\n"u8,
        .. Chunk("IHDR", [.. BigEndian(width), .. BigEndian(height), 8, 2, 0, 0, 0]),
        .. Chunk("IDAT", [0x78, 0x9C, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01, 0, 0, 0, 0]),
        .. Chunk("IEND", []),
    ];

    public static byte[] RiffChunk(string type, ReadOnlySpan<byte> content)
    {
        byte[] padding = (content.Length & 1) == 0 ? [] : [0];
        return [.. Encoding.ASCII.GetBytes(type), .. LittleEndian((uint)content.Length), .. content, .. padding];
    }

    /// <summary>Wraps the frame of a simple WebP into the extended form, with chunks after it.</summary>
    public static byte[] ExtendedWebP(byte[] simple, byte flags, byte[] after, int width = 48, int height = 32) =>
        Riff([.. Canvas(flags, width, height), .. simple[12..], .. after]);

    public static byte[] AnimatedWebP(byte[] simple, int width = 48, int height = 32)
    {
        byte[] frame = RiffChunk("ANMF",
            [0, 0, 0, 0, 0, 0, .. UInt24(width - 1), .. UInt24(height - 1), 100, 0, 0, 0, .. simple[12..]]);
        return Riff([.. Canvas(0x02, width, height), .. RiffChunk("ANIM", new byte[6]), .. frame, .. frame]);
    }

    /// <summary>The same frame twice.</summary>
    public static byte[] AnimatedGif()
    {
        var still = Quarters(PictureFormat.Gif);
        var colours = (still[10] & 0x80) != 0 ? 3 << ((still[10] & 7) + 1) : 0;
        var body = still[(13 + colours)..^1];
        return [.. still[..^1], .. body, 0x3B];
    }

    public static byte[] AnimatedPng()
    {
        var still = Quarters(PictureFormat.Png);
        byte[] control = [.. BigEndian(0), .. BigEndian(48), .. BigEndian(32), .. new byte[8], 0, 1, 0, 10, 0, 0];
        byte[] second = [.. BigEndian(1), .. control[4..]];
        var withControl = AfterHeader(still,
            [.. Chunk("acTL", [.. BigEndian(2), .. BigEndian(0)]), .. Chunk("fcTL", control)]);
        return BeforeEnd(withControl,
            [.. Chunk("fcTL", second), .. Chunk("fdAT", [.. BigEndian(2), .. Encoding.ASCII.GetBytes(Secret)])]);
    }

    /// <summary>Red, green and blue of one pixel, each pulled to 0 or 255 where a codec moved it a little.</summary>
    public static string Colour(string path, int x, int y)
    {
        using var picture = Picture.Open(path, PictureLimits.Default);
        return Colour(picture, x, y);
    }

    public static string Colour(Picture picture, int x, int y) =>
        string.Join(',', picture.ReadPixel(x, y).Take(3).Select(sample => sample < 24 ? 0 : sample > 231 ? 255 : sample));

    private static byte[] Riff(byte[] chunks) => [.. "RIFF"u8, .. LittleEndian((uint)chunks.Length + 4), .. "WEBP"u8, .. chunks];

    private static byte[] Canvas(byte flags, int width, int height) =>
        RiffChunk("VP8X", [flags, 0, 0, 0, .. UInt24(width - 1), .. UInt24(height - 1)]);

    private static byte[] UInt24(int value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16)];

    private static byte[] BigEndian(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private static byte[] LittleEndian(uint value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16), (byte)(value >> 24)];

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }
}
