using System.Globalization;

namespace Pictor.Imaging;

/// <summary>What a stranger's picture may cost; everything but the time is checked from the header, before a pixel is decoded.</summary>
public sealed record PictureLimits
{
    public static PictureLimits Default { get; } = new();

    public long MaxBytes { get; init; } = 25 * 1024 * 1024;

    public long MaxPixels { get; init; } = 50_000_000;

    public int MaxSide { get; init; } = 16_384;

    public TimeSpan MaxDecode { get; init; } = TimeSpan.FromSeconds(2);

    internal void CheckBytes(long bytes)
    {
        if (bytes > MaxBytes)
        {
            throw new PictureException(PictureFault.TooManyBytes, string.Create(
                CultureInfo.InvariantCulture, $"The picture has {bytes} bytes; at most {MaxBytes} are taken."));
        }
    }

    internal void CheckSize(long width, long height)
    {
        if (width <= 0 || height <= 0)
        {
            throw new PictureException(PictureFault.Damaged, "The picture has no pixels.");
        }

        if (width > MaxSide || height > MaxSide || width * height > MaxPixels)
        {
            throw new PictureException(PictureFault.TooManyPixels, string.Create(
                CultureInfo.InvariantCulture,
                $"The picture is {width} x {height} pixels; at most {MaxSide} a side and {MaxPixels} in all are taken."));
        }
    }
}
