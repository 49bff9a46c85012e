namespace Pictor.Imaging;

/// <summary>The formats that pictures may come in. Which one a file has is decided by its bytes.</summary>
public enum PictureFormat
{
    Png,
    Jpeg,
    WebP,
    Gif,
    Avif,
}
