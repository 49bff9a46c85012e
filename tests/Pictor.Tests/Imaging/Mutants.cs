using Pictor.Imaging;

namespace Pictor.Tests.Imaging;

/// <summary>Makes damaged pictures from whole ones: bytes changed, cut, doubled, lengths and sizes blown up.</summary>
internal static class Mutants
{
    public static Dictionary<string, byte[]> Seeds() => new(StringComparer.Ordinal)
    {
        ["png"] = Samples.Quarters(PictureFormat.Png),
        ["jpeg"] = Samples.Quarters(PictureFormat.Jpeg),
        ["webp"] = Samples.Quarters(PictureFormat.WebP),
        ["webp-lossy"] = Samples.Quarters(PictureFormat.WebP, lossless: false),
        ["gif"] = Samples.Quarters(PictureFormat.Gif),
        ["avif"] = Samples.Quarters(PictureFormat.Avif),
        ["animated-gif"] = Samples.AnimatedGif(),
        ["animated-png"] = Samples.AnimatedPng(),
        ["animated-webp"] = Samples.AnimatedWebP(Samples.Quarters(PictureFormat.WebP)),
        ["exif-jpeg"] = Samples.WithExif(PictureFormat.Jpeg, 6),
        ["icc-png"] = Samples.WithProfile("pngsave"),
    };

    public static byte[] Make(byte[] original, Random random)
    {
        var bytes = original.ToArray();
        for (var change = random.Next(1, 6); change > 0 && bytes.Length > 16; change--)
        {
            var at = random.Next(bytes.Length);
            var length = random.Next(1, Math.Min(32, bytes.Length - at) + 1);
            switch (random.Next(8))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.AsSpan(at, Math.Min(4, length)).Fill(0xFF);
                    break;
                case 3:
                    bytes.AsSpan(at, length).Clear();
                    break;
                case 4:
                    bytes = [.. bytes[..at], .. bytes[(at + length)..]];
                    break;
                case 5:
                    bytes = [.. bytes[..at], .. bytes[at..(at + length)], .. bytes[at..]];
                    break;
                case 6:
                    random.NextBytes(bytes.AsSpan(at, length));
                    break;
                default:
                    // Near the front are the lengths and sizes.
                    bytes[random.Next(Math.Min(64, bytes.Length))] = (byte)random.Next(256);
                    break;
            }
        }

        return random.Next(10) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }
}
