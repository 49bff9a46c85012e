namespace Pictor.Imaging.Native;

/// <summary>Writes an image to a file, without metadata of any kind.</summary>
internal static class VipsWriter
{
    // Enough for photographs; each step above costs about twice the time for a few percent.
    private const int AvifEffort = 3;

    public static void Write(Evaluation evaluation, VipsImage image, string path, PictureEncoding encoding)
    {
        using var save = encoding.Format switch
        {
            PictureFormat.Png => new VipsOperation("pngsave").Set("in", image)
                .Set("filter", encoding.Drawn ? VipsNumbers.PngFilterNone : VipsNumbers.PngFilterAll),
            PictureFormat.Jpeg => new VipsOperation("jpegsave").Set("in", evaluation.OnWhite(image)).Set("Q", encoding.Quality),
            PictureFormat.WebP => new VipsOperation("webpsave").Set("in", image)
                .Set("Q", encoding.Quality).Set("lossless", encoding.Lossless),
            PictureFormat.Gif => new VipsOperation("gifsave").Set("in", image),
            _ => new VipsOperation("heifsave").Set("in", image).Set("compression", VipsNumbers.HeifAv1).Set("bitdepth", 8)
                .Set("effort", AvifEffort).Set("Q", encoding.Quality).Set("lossless", encoding.Lossless),
        };

        // "strip" became "keep" in 8.15.
        _ = Vips.Version(0) > 8 || Vips.Version(1) >= 15 ? save.Set("keep", 0) : save.Set("strip", true);
        save.Set("filename", Path.GetFullPath(path)).RunToEnd();
    }
}
