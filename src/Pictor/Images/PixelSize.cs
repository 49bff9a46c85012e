namespace Pictor.Images;

/// <summary>Width and height in pixels, written <c>1024x1024</c>; <c>X</c>, <c>×</c> and <c>*</c> are read too.</summary>
internal readonly record struct PixelSize(int Width, int Height)
{
    public long Area => (long)Width * Height;

    public double Ratio => (double)Width / Height;

    public static bool TryParse(string text, out PixelSize size)
    {
        size = default;
        var separator = text.AsSpan().IndexOfAny("xX×*");
        if (separator < 0 || !TrySide(text.AsSpan(0, separator), out var width) || !TrySide(text.AsSpan(separator + 1), out var height))
        {
            return false;
        }

        size = new PixelSize(width, height);
        return true;
    }

    public override string ToString() => $"{Width}x{Height}";

    private static bool TrySide(ReadOnlySpan<char> digits, out int side)
    {
        digits = digits.Trim(' ');
        side = 0;
        return digits.Length is > 0 and <= 5
            && digits.IndexOfAnyExceptInRange('0', '9') < 0
            && int.TryParse(digits, out side)
            && side > 0;
    }
}
