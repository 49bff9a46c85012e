using System.Diagnostics.CodeAnalysis;

namespace Pictor.Images;

/// <summary>Width to height as two whole numbers, <c>16:9</c>: ASCII digits, one colon, at most 4 digits a side, no zero side.</summary>
internal readonly record struct AspectRatio(int Width, int Height)
{
    public static readonly AspectRatio Square = new(1, 1);

    /// <summary>Width divided by height.</summary>
    public double Value => (double)Width / Height;

    public static bool TryParse([NotNullWhen(true)] string? text, out AspectRatio ratio)
    {
        ratio = Square;
        if (text is null)
        {
            return false;
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || !TrySide(text.AsSpan(0, colon), out var width) || !TrySide(text.AsSpan(colon + 1), out var height))
        {
            return false;
        }

        ratio = new AspectRatio(width, height);
        return true;
    }

    /// <summary>How far two ratios are apart: |ln(a / b)|, 0 for equal ones.</summary>
    public static double Distance(double a, double b) => Math.Abs(Math.Log(a / b));

    /// <summary>The ratio of a size in lowest terms.</summary>
    public static AspectRatio Of(PixelSize size)
    {
        var divisor = GreatestCommonDivisor(size.Width, size.Height);
        return new AspectRatio(size.Width / divisor, size.Height / divisor);
    }

    public override string ToString() => $"{Width}:{Height}";

    private static int GreatestCommonDivisor(int a, int b)
    {
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return a;
    }

    private static bool TrySide(ReadOnlySpan<char> digits, out int side)
    {
        side = 0;
        if (digits.Length is 0 or > 4)
        {
            return false;
        }

        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit(digit))
            {
                return false;
            }

            side = (side * 10) + (digit - '0');
        }

        return side > 0;
    }
}
