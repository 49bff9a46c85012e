namespace Pictor.Imaging;

/// <summary>Several pictures as one file: side by side, in order, and small enough to be sent on.</summary>
public static class SideBySide
{
    private const int Quality = 95;
    private const double MaxPixels = 16 * 1024 * 1024;
    private const double MaxSide = 8192;

    /// <summary>Writes a JPEG of at most 16 megapixels and 8192 pixels a side; what is transparent gets a white ground.</summary>
    /// <param name="paths">At least one picture that was measured before.</param>
    /// <param name="destination">The new file.</param>
    /// <returns>Its size in pixels.</returns>
    /// <exception cref="PictureException">They cannot be decoded or joined.</exception>
    public static (int Width, int Height) Save(IReadOnlyList<string> paths, string destination)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var pictures = new List<Picture>();
        try
        {
            pictures.AddRange(paths.Select(path => Picture.Open(path, PictureLimits.Default)));
            using var whole = Join(pictures);
            var scale = Math.Min(1, Math.Min(Math.Sqrt(MaxPixels / ((double)whole.Width * whole.Height)), MaxSide / Math.Max(whole.Width, whole.Height)));
            using var sent = whole.Resize(Math.Max(1, (int)(whole.Width * scale)), Math.Max(1, (int)(whole.Height * scale)));
            sent.Save(destination, new PictureEncoding(PictureFormat.Jpeg, Quality));
            return (sent.Width, sent.Height);
        }
        finally
        {
            pictures.ForEach(picture => picture.Dispose());
        }
    }

    private static Picture Join(IReadOnlyList<Picture> pictures)
    {
        try
        {
            return Picture.JoinSideBySide(pictures);
        }
        catch (ArgumentOutOfRangeException fault)
        {
            throw new PictureException(PictureFault.TooManyPixels, "The pictures are too wide to be joined.", fault);
        }
    }
}
