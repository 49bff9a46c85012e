using Pictor.Imaging;

namespace Pictor.EndToEnd;

/// <summary>Looks at delivered bytes: what they are, and whether every pixel can be decoded.</summary>
internal static class Pixels
{
    public static PictureFormat? FormatOf(ReadOnlySpan<byte> bytes) => PictureProbe.Sniff(bytes);

    /// <summary>Decodes the whole picture.</summary>
    /// <exception cref="PictureException">It is cut or damaged.</exception>
    public static PictureHeader Decode(string path)
    {
        var header = PictureProbe.Read(path, PictureLimits.Default);
        using var picture = Picture.Open(path, PictureLimits.Default);
        using var small = picture.Resize(1, 1);
        small.ReadPixel(0, 0).Length.ShouldBeGreaterThan(2);
        return header;
    }

    public static PictureHeader Decode(byte[] bytes)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, bytes);
            return Decode(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>A picture to send: noise, so that its size in bytes is about that of its pixels.</summary>
    public static byte[] Solid(int width, int height, PictureFormat format)
    {
        var path = Path.GetTempFileName();
        try
        {
            using var picture = Picture.Solid(width, height, 200, 30, 60);
            picture.Save(path, new PictureEncoding(format));
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
