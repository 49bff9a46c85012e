namespace Pictor.Imaging.Native;

/// <content>The part that meets strangers' bytes: decoding and trying files, within their limits.</content>
internal sealed partial class Evaluation
{
    /// <summary>Decodes the first frame of a file into memory: 8-bit sRGB, upright, with 4 bands where the header has alpha, else 3.</summary>
    /// <exception cref="PictureException">Damaged, or too long in time.</exception>
    public VipsImage Decode(string path, PictureHeader header, PictureLimits limits, CancellationToken ct) =>
        Decode(path, header, image => image, limits, ct);

    /// <summary>The same at a smaller size, in memory only at that.</summary>
    /// <exception cref="PictureException">Damaged, or too long in time.</exception>
    public VipsImage DecodeSmaller(string path, PictureHeader header, int width, int height, PictureLimits limits, CancellationToken ct)
    {
        // What is turned afterwards has its sides the other way round until then.
        var (storedWidth, storedHeight) = header.Orientation >= 5 ? (height, width) : (width, height);
        return Decode(path, header, image => Resize(image, storedWidth, storedHeight), limits, ct);
    }

    private VipsImage Decode(string path, PictureHeader header, Func<VipsImage, VipsImage> shrink, PictureLimits limits, CancellationToken ct)
    {
        try
        {
            var stored = Keep(Open(path, header));
            var image = shrink(WithAlpha(ToSrgb(stored), header.HasAlpha));
            using var clock = new DecodeClock(image, limits.MaxDecode, ct);
            try
            {
                return Upright(Keep(image.ToMemory()), header.Orientation);
            }
            catch (VipsException fault)
            {
                clock.ThrowIfStopped(fault);
                throw;
            }
        }
        catch (VipsException fault)
        {
            throw PictureException.Damaged(fault);
        }
    }

    /// <summary>Decodes every pixel of a file and keeps none.</summary>
    /// <exception cref="PictureException">Damaged, or too long in time.</exception>
    public static void Check(string path, PictureHeader header, PictureLimits limits, CancellationToken ct)
    {
        try
        {
            using var image = Open(path, header);
            using var clock = new DecodeClock(image, limits.MaxDecode, ct);
            try
            {
                using var average = new VipsOperation("avg");
                average.Set("in", image).RunToEnd();
            }
            catch (VipsException fault)
            {
                clock.ThrowIfStopped(fault);
                throw;
            }
        }
        catch (VipsException fault)
        {
            throw PictureException.Damaged(fault);
        }
    }

    // What was measured is what is decoded: a file that means one size to us and another to its decoder is refused.
    private static VipsImage Open(string path, PictureHeader header)
    {
        var image = VipsImage.Load(path, header.Format);
        if (image.Width == header.StoredWidth && image.Height == header.StoredHeight)
        {
            return image;
        }

        image.Dispose();
        throw PictureException.Damaged();
    }

    private VipsImage Upright(VipsImage image, int orientation) => orientation switch
    {
        2 => Flip(image, VipsNumbers.DirectionHorizontal),
        3 => Turn(image, 2),
        4 => Flip(image, VipsNumbers.DirectionVertical),
        5 => Flip(Turn(image, 1), VipsNumbers.DirectionHorizontal),
        6 => Turn(image, 1),
        7 => Flip(Turn(image, 3), VipsNumbers.DirectionHorizontal),
        8 => Turn(image, 3),
        _ => image,
    };

    private VipsImage ToSrgb(VipsImage image)
    {
        var isCmyk = Vips.Interpretation(image) == VipsNumbers.InterpretationCmyk;
        if (isCmyk || image.Has("icc-profile-data"))
        {
            try
            {
                var transform = Op("icc_transform").Set("in", image).Set("output_profile", "srgb")
                    .Set("embedded", true).Set("intent", VipsNumbers.IntentPerceptual);
                image = Run(isCmyk ? transform.Set("input_profile", "cmyk") : transform);
            }
            catch (VipsException)
            {
                // A profile that cannot be used is as good as none.
            }
        }

        if (Vips.Interpretation(image) != VipsNumbers.InterpretationSrgb || image.Bands < 3)
        {
            image = Run(Op("colourspace").Set("in", image).Set("space", VipsNumbers.InterpretationSrgb));
        }

        return ToBytes(image);
    }
}
