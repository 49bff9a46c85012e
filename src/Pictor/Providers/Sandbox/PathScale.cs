using System.Globalization;
using System.Text;

namespace Pictor.Providers.Sandbox;

/// <summary>Moves and scales path data written with absolute M, L, C, A and Z.</summary>
internal static class PathScale
{
    public static string Apply(string path, double x, double y, double scale)
    {
        var result = new StringBuilder(path.Length * 2);
        var command = 'M';
        var argument = 0;
        for (var i = 0; i < path.Length;)
        {
            if (char.IsAsciiLetterUpper(path[i]))
            {
                (command, argument) = (path[i], 0);
                result.Append(path[i++]);
                continue;
            }

            if (path[i] == ' ')
            {
                i++;
                continue;
            }

            var end = i + 1;
            while (end < path.Length && (char.IsAsciiDigit(path[end]) || path[end] == '.'))
            {
                end++;
            }

            var value = double.Parse(path.AsSpan(i, end - i), CultureInfo.InvariantCulture);
            result.Append(argument == 0 ? "" : " ").Append(Svg.N(Scaled(command, argument++, value, x, y, scale)));
            i = end;
        }

        return result.ToString();
    }

    private static double Scaled(char command, int argument, double value, double x, double y, double scale)
    {
        if (command == 'A')
        {
            // rx ry rotation large sweep x y
            return (argument % 7) switch
            {
                0 or 1 => value * scale,
                5 => x + (value * scale),
                6 => y + (value * scale),
                _ => value,
            };
        }

        return argument % 2 == 0 ? x + (value * scale) : y + (value * scale);
    }
}
