using System.Text;

namespace Pictor.Imaging.Native;

/// <summary>One computing of a picture from its sources: owns every image between, and frees them all at its end.</summary>
internal sealed partial class Evaluation : IDisposable
{
    private readonly List<VipsImage> images = [];

    /// <summary>Draws an SVG of our own at an exact size.</summary>
    public VipsImage Svg(string svg, int width, int height)
    {
        var bytes = Encoding.UTF8.GetBytes(svg);
        var natural = LoadSvg(bytes, 1);
        if (natural.Width == width && natural.Height == height)
        {
            return WithAlpha(ToSrgb(natural), alpha: true);
        }

        var scale = Math.Max((double)width / natural.Width, (double)height / natural.Height);
        return Resize(WithAlpha(ToSrgb(LoadSvg(bytes, scale)), alpha: true), width, height);
    }

    public VipsImage Solid(int width, int height, ReadOnlySpan<double> colour)
    {
        ReadOnlySpan<double> ones = [1, 1, 1, 1];
        var black = Run(Op("black").Set("width", width).Set("height", height).Set("bands", colour.Length));
        return Srgb(Run(Op("linear").Set("in", black).Set("a", ones[..colour.Length]).Set("b", colour).Set("uchar", true)));
    }

    public VipsImage Resize(VipsImage image, int width, int height) =>
        image.Width == width && image.Height == height
            ? image
            : Run(Op("thumbnail_image").Set("in", image).Set("width", width).Set("height", height).Set("size", VipsNumbers.SizeForce));

    public VipsImage Crop(VipsImage image, int left, int top, int width, int height) =>
        Run(Op("extract_area").Set("input", image).Set("left", left).Set("top", top).Set("width", width).Set("height", height));

    public VipsImage Pad(VipsImage image, int left, int top, int width, int height, ReadOnlySpan<double> colour) =>
        Run(Op("embed").Set("in", image).Set("x", left).Set("y", top).Set("width", width).Set("height", height)
            .Set("extend", VipsNumbers.ExtendBackground).Set("background", colour[..image.Bands]));

    /// <summary>Turns clockwise by a number of quarters.</summary>
    public VipsImage Turn(VipsImage image, int quarters) => Run(Op("rot").Set("in", image).Set("angle", quarters));

    public VipsImage Flip(VipsImage image, int direction) => Run(Op("flip").Set("in", image).Set("direction", direction));

    public VipsImage Grayscale(VipsImage image)
    {
        var grey = Run(Op("colourspace").Set("in", image).Set("space", VipsNumbers.InterpretationBW));
        return Run(Op("colourspace").Set("in", grey).Set("space", VipsNumbers.InterpretationSrgb));
    }

    public VipsImage Blur(VipsImage image, double sigma)
    {
        if (image.Bands == 3)
        {
            return Run(Op("gaussblur").Set("in", image).Set("sigma", sigma));
        }

        // Colour counts as far as it is opaque: else the colour of transparent pixels would bleed into what is seen.
        var premultiplied = Run(Op("premultiply").Set("in", image));
        var blurred = Run(Op("gaussblur").Set("in", premultiplied).Set("sigma", sigma));
        return ToBytes(Run(Op("unpremultiply").Set("in", blurred)));
    }

    /// <summary>Each colour sample becomes factor * sample + offset; alpha stays.</summary>
    public VipsImage Linear(VipsImage image, double factor, ReadOnlySpan<double> offsets)
    {
        Span<double> a = [factor, factor, factor, 1];
        Span<double> b = [offsets[0], offsets[1], offsets[2], 0];
        return Srgb(Run(Op("linear").Set("in", image).Set("a", a[..image.Bands]).Set("b", b[..image.Bands]).Set("uchar", true)));
    }

    /// <summary>The image where the stencil is transparent.</summary>
    public VipsImage CutOut(VipsImage image, VipsImage stencil) =>
        ToBytes(Run(Op("composite2").Set("base", WithAlpha(image, alpha: true)).Set("overlay", WithAlpha(stencil, alpha: true))
            .Set("mode", VipsNumbers.BlendDestOut)));

    public VipsImage Over(VipsImage below, VipsImage above, int left, int top)
    {
        var hadAlpha = below.Bands == 4;
        var blend = Run(Op("composite2").Set("base", below).Set("overlay", WithAlpha(above, alpha: true))
            .Set("mode", VipsNumbers.BlendOver).Set("x", left).Set("y", top));
        return WithAlpha(ToBytes(blend), hadAlpha);
    }

    public VipsImage Join(VipsImage left, VipsImage right) =>
        Run(Op("join").Set("in1", left).Set("in2", right).Set("direction", VipsNumbers.DirectionHorizontal));

    public VipsImage OnWhite(VipsImage image) =>
        image.Bands == 4 ? Run(Op("flatten").Set("in", image).Set("background", [255, 255, 255])) : image;

    /// <summary>Gives the picture an alpha band, or takes it away.</summary>
    public VipsImage WithAlpha(VipsImage image, bool alpha)
    {
        var wanted = alpha ? 4 : 3;
        if (image.Bands > wanted)
        {
            return Run(Op("extract_band").Set("in", image).Set("band", 0).Set("n", wanted));
        }

        return image.Bands < wanted ? Run(Op("bandjoin_const").Set("in", image).Set("c", [255])) : image;
    }

    public void Dispose()
    {
        for (var i = images.Count - 1; i >= 0; i--)
        {
            images[i].Dispose();
        }
    }

    private static VipsOperation Op(string name) => new(name);

    private VipsImage LoadSvg(ReadOnlySpan<byte> svg, double scale) =>
        Run(Op("svgload_buffer").SetBlob("buffer", svg).Set("scale", scale));

    private VipsImage ToBytes(VipsImage image) =>
        Vips.BandFormat(image) == VipsNumbers.FormatUChar
            ? image
            : Run(Op("cast").Set("in", image).Set("format", VipsNumbers.FormatUChar));

    private VipsImage Srgb(VipsImage image) =>
        Run(Op("copy").Set("in", image).Set("interpretation", VipsNumbers.InterpretationSrgb));

    private VipsImage Run(VipsOperation operation)
    {
        using (operation)
        {
            return Keep(operation.Run());
        }
    }

    private VipsImage Keep(VipsImage image)
    {
        images.Add(image);
        return image;
    }
}
