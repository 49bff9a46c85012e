using System.Globalization;
using System.Text;

namespace Pictor.Cli.Terminal;

/// <summary>DEC's sixel graphics: bands of six rows, one colour after another, over a fixed cube of 216 colours.</summary>
internal static class Sixel
{
    private const int Levels = 6;

    // A 4 by 4 Bayer matrix: the cube is coarse, and a pattern hides it.
    private static readonly int[] Pattern = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5];

    public static string Encode(PixelGrid grid)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"\eP0;1;0q\"1;1;{grid.Width};{grid.Height}");
        for (var colour = 0; colour < Levels * Levels * Levels; colour++)
        {
            text.Append(CultureInfo.InvariantCulture, $"#{colour};2;{Percent(colour / 36)};{Percent(colour / 6 % 6)};{Percent(colour % 6)}");
        }

        for (var top = 0; top < grid.Height; top += 6)
        {
            Band(grid, top, text);
            text.Append('-');
        }

        return text.Append("\e\\\n").ToString();
    }

    private static void Band(PixelGrid grid, int top, StringBuilder text)
    {
        var colours = new SortedDictionary<int, byte[]>();
        for (var y = top; y < Math.Min(top + 6, grid.Height); y++)
        {
            for (var x = 0; x < grid.Width; x++)
            {
                var colour = ColourOf(grid[x, y], x, y);
                if (!colours.TryGetValue(colour, out var columns))
                {
                    colours[colour] = columns = new byte[grid.Width];
                }

                columns[x] |= (byte)(1 << (y - top));
            }
        }

        foreach (var (colour, columns) in colours)
        {
            text.Append(CultureInfo.InvariantCulture, $"#{colour}");
            for (var x = 0; x < columns.Length;)
            {
                var run = 1;
                while (x + run < columns.Length && columns[x + run] == columns[x])
                {
                    run++;
                }

                var character = (char)(63 + columns[x]);
                _ = run > 3 ? text.Append(CultureInfo.InvariantCulture, $"!{run}{character}") : text.Append(character, run);
                x += run;
            }

            text.Append('$');
        }
    }

    private static int ColourOf((byte R, byte G, byte B) pixel, int x, int y)
    {
        var threshold = (Pattern[((y & 3) * 4) + (x & 3)] + 0.5) / 16;
        return (Level(pixel.R, threshold) * 36) + (Level(pixel.G, threshold) * 6) + Level(pixel.B, threshold);
    }

    private static int Level(byte value, double threshold) => Math.Min(Levels - 1, (int)((value / 255.0 * (Levels - 1)) + threshold));

    private static int Percent(int level) => level * 100 / (Levels - 1);
}
