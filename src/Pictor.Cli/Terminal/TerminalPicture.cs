using System.Globalization;
using System.Text;
using Pictor.Imaging;

namespace Pictor.Cli.Terminal;

/// <summary>Shows a picture in the terminal, in the way that the terminal understands.</summary>
internal static class TerminalPicture
{
    private const int MostColumns = 64;
    private const int PixelsOfColumn = 9;
    private const int KittyChunk = 4096;

    public static PictureLimits Limits { get; } = new() { MaxBytes = 512L * 1024 * 1024, MaxPixels = 200_000_000, MaxSide = 65_535, MaxDecode = TimeSpan.FromSeconds(30) };

    /// <summary>A picture that cannot be shown is on disk all the same: that is told and no failure.</summary>
    public static void Show(string path, string how, Screen screen, Surroundings surroundings)
    {
        try
        {
            var columns = Math.Min(MostColumns, (surroundings.Columns() ?? 80) - 1);
            screen.Raw((how == "auto" ? TerminalKind.Detect(surroundings) : how) switch
            {
                "kitty" => Kitty(path, columns),
                "iterm2" => ITerm2(path, columns),
                "sixel" => Sixel.Encode(Scaled(path, columns * PixelsOfColumn, 1)),
                _ => Blocks(Scaled(path, columns, 2)),
            });
        }
        catch (Exception fault) when (fault is PictureException or IOException or ArgumentOutOfRangeException or CliException)
        {
            screen.Notice($"the picture cannot be shown here: {fault.Message}");
        }
    }

    // https://sw.kovidgoyal.net/kitty/graphics-protocol/ : PNG in base64, in chunks of 4096, the last with m=0.
    private static string Kitty(string path, int columns)
    {
        var payload = Convert.ToBase64String(AsPng(path));
        var text = new StringBuilder();
        for (var at = 0; at < payload.Length; at += KittyChunk)
        {
            var chunk = payload.AsSpan(at, Math.Min(KittyChunk, payload.Length - at));
            var more = at + KittyChunk < payload.Length ? 1 : 0;
            text.Append(CultureInfo.InvariantCulture, $"\e_G{(at == 0 ? $"f=100,a=T,q=2,c={columns}," : "")}m={more};").Append(chunk).Append("\e\\");
        }

        return text.Append('\n').ToString();
    }

    // https://iterm2.com/documentation-images.html
    private static string ITerm2(string path, int columns)
    {
        var bytes = File.ReadAllBytes(path);
        return $"\e]1337;File=inline=1;size={bytes.Length};width={columns};preserveAspectRatio=1:{Convert.ToBase64String(bytes)}\a\n";
    }

    // One character is two pixels, one above the other: the upper in the text's colour, the lower in the ground's.
    private static string Blocks(PixelGrid grid)
    {
        var text = new StringBuilder();
        for (var y = 0; y + 1 < grid.Height; y += 2)
        {
            for (var x = 0; x < grid.Width; x++)
            {
                var (upper, lower) = (grid[x, y], grid[x, y + 1]);
                text.Append(CultureInfo.InvariantCulture, $"\e[38;2;{upper.R};{upper.G};{upper.B};48;2;{lower.R};{lower.G};{lower.B}m▀");
            }

            text.Append("\e[0m\n");
        }

        return text.ToString();
    }

    private static PixelGrid Scaled(string path, int width, int multiple)
    {
        var header = PictureProbe.Read(path, Limits);
        var columns = Math.Min(width, Math.Max(1, header.Width));
        var height = Math.Clamp((int)Math.Round((double)columns * header.Height / header.Width), multiple, 2000);
        return PixelGrid.Read(path, columns, height + (height % multiple));
    }

    private static byte[] AsPng(string path)
    {
        var bytes = File.ReadAllBytes(path);
        if (PictureProbe.Sniff(bytes) == PictureFormat.Png)
        {
            return bytes;
        }

        var folder = Directory.CreateTempSubdirectory("pictor-show-");
        try
        {
            var png = Path.Combine(folder.FullName, "whole.png");
            Picture.Open(path, Limits).Save(png, new PictureEncoding(PictureFormat.Png));
            return File.ReadAllBytes(png);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
