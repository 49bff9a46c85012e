using Pictor.Imaging;
using Pictor.Images;

namespace Pictor.Assets;

/// <summary>How faults and formats of pictures are called outside of Imaging.</summary>
internal static class PictureFaults
{
    /// <summary>What is wrong with a picture, to be put behind the name of its parameter.</summary>
    public static string Say(PictureException fault) => fault.Fault switch
    {
        PictureFault.NotAPicture => "is not a picture",
        PictureFault.Unsupported => "is of a kind that is not supported; send PNG, JPEG, WebP, GIF or AVIF",
        PictureFault.TooManyBytes => $"is larger than {PictureLimits.Default.MaxBytes / (1024 * 1024)} MB",
        PictureFault.TooManyPixels => $"has too many pixels; at most {PictureLimits.Default.MaxPixels / 1_000_000} megapixels and {PictureLimits.Default.MaxSide} a side are accepted",
        PictureFault.TookTooLong => "takes too long to decode",
        _ => "is damaged or incomplete",
    };

    public static OutputFormat ToOutput(this PictureFormat format) => format switch
    {
        PictureFormat.Png => OutputFormat.Png,
        PictureFormat.Jpeg => OutputFormat.Jpeg,
        PictureFormat.WebP => OutputFormat.WebP,
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Only what is stored can be handed out."),
    };

    public static PictureFormat ToPicture(this OutputFormat format) => format switch
    {
        OutputFormat.Png => PictureFormat.Png,
        OutputFormat.Jpeg => PictureFormat.Jpeg,
        _ => PictureFormat.WebP,
    };
}
