namespace Pictor.Imaging.Native;

/// <summary>Writes an image to a file, without metadata of any kind.</summary>
internal static class VipsWriter
{
    // Enough for photographs; each step above costs about twice the time for a few percent.
    private const int AvifEffort = 3;

    public static void Write(Evaluation evaluation, VipsImage image, string path, PictureEncoding encoding)
    {
        using var save = Prepare(evaluation, image, encoding, target: "");
        save.Set("filename", Path.GetFullPath(path)).RunToEnd();
    }

    /// <summary>Encodes into memory and throws the bytes away: shows whether the format can be written.</summary>
    public static void Try(Evaluation evaluation, VipsImage image, PictureEncoding encoding)
    {
        using var save = Prepare(evaluation, image, encoding, target: "_buffer");
        save.RunAndForget();
    }

    private static VipsOperation Prepare(Evaluation evaluation, VipsImage image, PictureEncoding encoding, string target)
    {
        var save = encoding.Format switch
        {
            PictureFormat.Png => new VipsOperation("pngsave" + target).Set("in", image)
                .Set("filter", encoding.Drawn ? VipsNumbers.PngFilterNone : VipsNumbers.PngFilterAll),
            PictureFormat.Jpeg => new VipsOperation("jpegsave" + target).Set("in", evaluation.OnWhite(image)).Set("Q", encoding.Quality),
            PictureFormat.WebP => new VipsOperation("webpsave" + target).Set("in", image)
                .Set("Q", encoding.Quality).Set("lossless", encoding.Lossless),
            PictureFormat.Gif => new VipsOperation("gifsave" + target).Set("in", image),
            _ => new VipsOperation("heifsave" + target).Set("in", image).Set("compression", VipsNumbers.HeifAv1).Set("bitdepth", 8)
                .Set("effort", AvifEffort).Set("Q", encoding.Quality).Set("lossless", encoding.Lossless),
        };

        // "strip" became "keep" in 8.15.
        return Vips.Version(0) > 8 || Vips.Version(1) >= 15 ? save.Set("keep", 0) : save.Set("strip", true);
    }
}
