using System.Globalization;

namespace Pictor.Providers.Sandbox;

/// <summary>An opaque sRGB colour and the few things a painter does with it.</summary>
internal readonly record struct Colour(byte R, byte G, byte B)
{
    public static readonly Colour White = new(255, 255, 255);
    public static readonly Colour Black = new(0, 0, 0);

    /// <summary>0 (black) to 1 (white), as the eye weighs the channels.</summary>
    public double Luminance => ((0.299 * R) + (0.587 * G) + (0.114 * B)) / 255;

    /// <summary>From six hexadecimal digits.</summary>
    public static Colour Hex(string digits)
    {
        var value = uint.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return new Colour((byte)(value >> 16), (byte)(value >> 8), (byte)value);
    }

    /// <summary>Hue in degrees, saturation and lightness 0 to 1.</summary>
    public static Colour Hsl(double hue, double saturation, double lightness)
    {
        hue = ((hue % 360) + 360) % 360;
        saturation = Math.Clamp(saturation, 0, 1);
        lightness = Math.Clamp(lightness, 0, 1);
        var chroma = saturation * Math.Min(lightness, 1 - lightness);
        return new Colour(Channel(0), Channel(8), Channel(4));

        byte Channel(int offset)
        {
            var k = (offset + (hue / 30)) % 12;
            return (byte)Math.Round(255 * (lightness - (chroma * Math.Clamp(Math.Min(k - 3, 9 - k), -1, 1))));
        }
    }

    /// <summary>0 gives this colour, 1 the other.</summary>
    public Colour Mix(Colour other, double share)
    {
        share = Math.Clamp(share, 0, 1);
        return new Colour(Blend(R, other.R), Blend(G, other.G), Blend(B, other.B));

        byte Blend(byte from, byte to) => (byte)Math.Round(from + ((to - from) * share));
    }

    public Colour Lighter(double share) => Mix(White, share);

    public Colour Darker(double share) => Mix(Black, share);

    /// <summary>1 leaves it, 0 gives grey, above 1 is more vivid.</summary>
    public Colour Saturated(double factor)
    {
        var (hue, saturation, lightness) = ToHsl();
        return Hsl(hue, saturation * factor, lightness);
    }

    public Colour Turned(double degrees)
    {
        var (hue, saturation, lightness) = ToHsl();
        return Hsl(hue + degrees, saturation, lightness);
    }

    public (double Hue, double Saturation, double Lightness) ToHsl()
    {
        double r = R / 255.0, g = G / 255.0, b = B / 255.0;
        double max = Math.Max(r, Math.Max(g, b)), min = Math.Min(r, Math.Min(g, b));
        var lightness = (max + min) / 2;
        var range = max - min;
        if (range <= 0)
        {
            return (0, 0, lightness);
        }

        var saturation = range / (1 - Math.Abs((2 * lightness) - 1));
        var sector = max == r ? (g - b) / range : max == g ? ((b - r) / range) + 2 : ((r - g) / range) + 4;
        return (sector * 60, Math.Min(1, saturation), lightness);
    }

    public override string ToString() => $"#{R:x2}{G:x2}{B:x2}";
}
