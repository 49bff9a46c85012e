using Pictor.Imaging.Native;

namespace Pictor.Imaging;

/// <summary>
/// A picture and what is to be done to it. Immutable: each operation gives a new Picture. Nothing is decoded before
/// <see cref="Save"/> or <see cref="ReadPixel"/>, which read the source files, work in 8-bit sRGB, hold no more pixels than the
/// process allows (they wait for their share) and free all of it; so a source file must stay in place until then.
/// Sizes are in pixels, colours are sRGB.
/// </summary>
public sealed class Picture : IDisposable
{
    private const int MaxCanvas = 65_535;
    private readonly Func<Evaluation, VipsImage> compute;
    private readonly Func<Evaluation, int, int, VipsImage>? computeSmaller;
    private readonly long cost;
    private bool disposed;

    private Picture(int width, int height, bool hasAlpha, long cost, Func<Evaluation, VipsImage> compute, Func<Evaluation, int, int, VipsImage>? computeSmaller = null)
    {
        CheckSize(width, height);
        (Width, Height, HasAlpha, this.cost, this.compute, this.computeSmaller) = (width, height, hasAlpha, cost, compute, computeSmaller);
    }

    public int Width { get; }

    public int Height { get; }

    public bool HasAlpha { get; }

    /// <summary>A picture from a file that may be a stranger's: PNG, JPEG, WebP, GIF or AVIF by its bytes, first frame, upright.</summary>
    /// <exception cref="PictureException">By the header alone; damaged pixels show in <see cref="Save"/>.</exception>
    public static Picture Open(string path, PictureLimits limits)
    {
        var header = PictureProbe.Read(path, limits);
        NativeVips.Load();
        return new Picture(header.Width, header.Height, header.HasAlpha, header.DecodeCost,
            evaluation => evaluation.Decode(path, header, limits, CancellationToken.None),
            (evaluation, width, height) => evaluation.DecodeSmaller(path, header, width, height, limits, CancellationToken.None));
    }

    /// <summary>A drawing of our own, scaled to an exact size. Never for a stranger's SVG; text from strangers must be escaped.</summary>
    /// <exception cref="PictureException"><see cref="PictureFault.Damaged"/>: this is not SVG.</exception>
    public static Picture FromSvg(string svg, int width, int height)
    {
        CheckSize(width, height);
        NativeVips.Load();
        try
        {
            using var trial = new Evaluation();
            _ = trial.Svg(svg, width, height);
        }
        catch (VipsException fault)
        {
            throw new PictureException(PictureFault.Damaged, "The drawing is not valid SVG.", fault);
        }

        return new Picture(width, height, hasAlpha: true, (long)width * height, evaluation => evaluation.Svg(svg, width, height));
    }

    /// <summary>One colour all over.</summary>
    public static Picture Solid(int width, int height, byte r, byte g, byte b, byte a = 255)
    {
        NativeVips.Load();
        return new Picture(width, height, hasAlpha: a < 255, cost: 0,
            evaluation => evaluation.Solid(width, height, a < 255 ? [r, g, b, a] : [r, g, b]));
    }

    /// <summary>Exactly this size; the proportions change with it.</summary>
    public Picture Resize(int width, int height)
    {
        if (computeSmaller is not { } smaller || width > Width || height > Height)
        {
            return Next(width, height, HasAlpha, (evaluation, image) => evaluation.Resize(image, width, height));
        }

        // Straight from a file the pixels shrink while they are decoded: a large picture is never in memory whole.
        ObjectDisposedException.ThrowIf(disposed, this);
        return new Picture(width, height, HasAlpha, cost, evaluation => smaller(evaluation, width, height));
    }

    /// <summary>Fills this size: scaled in proportion, then cut evenly at two sides.</summary>
    public Picture Cover(int width, int height)
    {
        CheckSize(width, height);
        var scale = Math.Max((double)width / Width, (double)height / Height);
        var (w, h) = (Math.Max(width, Scaled(Width, scale)), Math.Max(height, Scaled(Height, scale)));
        return Resize(w, h).Crop((w - width) / 2, (h - height) / 2, width, height);
    }

    /// <summary>Fits inside this size: scaled in proportion, the rest filled with an opaque colour.</summary>
    public Picture Contain(int width, int height, byte r, byte g, byte b)
    {
        CheckSize(width, height);
        var scale = Math.Min((double)width / Width, (double)height / Height);
        var (w, h) = (Math.Min(width, Scaled(Width, scale)), Math.Min(height, Scaled(Height, scale)));
        return Resize(w, h).Next(width, height, HasAlpha, (evaluation, image) =>
            evaluation.Pad(image, (width - w) / 2, (height - h) / 2, width, height, [r, g, b, 255]));
    }

    /// <summary>A part, wholly inside the picture.</summary>
    public Picture Crop(int left, int top, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(left);
        ArgumentOutOfRangeException.ThrowIfNegative(top);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, Width - left);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, Height - top);
        return Next(width, height, HasAlpha, (evaluation, image) => evaluation.Crop(image, left, top, width, height));
    }

    /// <summary>Turns clockwise by 90, 180 or 270 degrees.</summary>
    public Picture Rotate(int degrees)
    {
        if (degrees is not (90 or 180 or 270))
        {
            throw new ArgumentOutOfRangeException(nameof(degrees), degrees, "90, 180 or 270.");
        }

        var (width, height) = degrees == 180 ? (Width, Height) : (Height, Width);
        return Next(width, height, HasAlpha, (evaluation, image) => evaluation.Turn(image, degrees / 90));
    }

    public Picture FlipHorizontal() => Same((evaluation, image) => evaluation.Flip(image, VipsNumbers.DirectionHorizontal));

    public Picture FlipVertical() => Same((evaluation, image) => evaluation.Flip(image, VipsNumbers.DirectionVertical));

    public Picture Grayscale() => Same((evaluation, image) => evaluation.Grayscale(image));

    /// <summary>Gaussian; sigma in pixels, above 0 and at most 1000.</summary>
    public Picture Blur(double sigma)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sigma);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sigma, 1000);
        return Same((evaluation, image) => evaluation.Blur(image, sigma));
    }

    /// <summary>Mixes a colour into every pixel: strength 0 leaves the picture, 1 leaves the colour.</summary>
    public Picture Tint(byte r, byte g, byte b, double strength)
    {
        var part = Math.Clamp(strength, 0, 1);
        return Same((evaluation, image) => evaluation.Linear(image, 1 - part, [r * part, g * part, b * part]));
    }

    /// <summary>Multiplies the samples: above 1 is brighter.</summary>
    public Picture Brighten(double factor) => Same((evaluation, image) => evaluation.Linear(image, factor, [0, 0, 0]));

    /// <summary>Spreads the samples around the middle: above 1 is harder.</summary>
    public Picture Contrast(double factor)
    {
        var offset = 128 * (1 - factor);
        return Same((evaluation, image) => evaluation.Linear(image, factor, [offset, offset, offset]));
    }

    public Picture Invert() => Same((evaluation, image) => evaluation.Linear(image, -1, [255, 255, 255]));

    /// <summary>Lays another picture over this one, by its alpha; what sticks out is cut off.</summary>
    public Picture Overlay(Picture above, int left, int top)
    {
        ArgumentNullException.ThrowIfNull(above);
        ObjectDisposedException.ThrowIf(disposed || above.disposed, this);
        return new Picture(Width, Height, HasAlpha, cost + above.cost,
            evaluation => evaluation.Over(compute(evaluation), above.compute(evaluation), left, top));
    }

    /// <summary>Takes away what lies under the opaque parts of a stencil, which is scaled to this size: what is left is what a mask lets change.</summary>
    public Picture CutOut(Picture stencil)
    {
        ArgumentNullException.ThrowIfNull(stencil);
        ObjectDisposedException.ThrowIf(disposed || stencil.disposed, this);
        var scaled = stencil.Resize(Width, Height);
        return new Picture(Width, Height, hasAlpha: true, cost + scaled.cost,
            evaluation => evaluation.CutOut(compute(evaluation), scaled.compute(evaluation)));
    }

    /// <summary>In order from left to right, each scaled in proportion to the height of the tallest.</summary>
    public static Picture JoinSideBySide(IReadOnlyList<Picture> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentOutOfRangeException.ThrowIfZero(pictures.Count);
        var height = pictures.Max(picture => picture.Height);
        var alpha = pictures.Any(picture => picture.HasAlpha);
        Picture[] scaled = [.. pictures.Select(picture =>
            picture.Resize(Math.Max(1, Scaled(picture.Width, (double)height / picture.Height)), height))];
        return new Picture(scaled.Sum(picture => picture.Width), height, alpha, scaled.Sum(picture => picture.cost), evaluation =>
            scaled.Select(picture => evaluation.WithAlpha(picture.compute(evaluation), alpha)).Aggregate(evaluation.Join));
    }

    /// <summary>Writes the picture, with no metadata; the same picture gives the same bytes with the same library. JPEG gets a white ground.</summary>
    /// <exception cref="PictureException">A source is damaged or takes too long, or this format cannot be written.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path, PictureEncoding encoding)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        ArgumentOutOfRangeException.ThrowIfLessThan(encoding.Quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(encoding.Quality, 100);
        if (!NativeVips.CanWrite(encoding.Format) || Math.Max(Width, Height) > MaxSideOf(encoding.Format))
        {
            throw new PictureException(
                PictureFault.Unsupported, $"A picture of {Width} x {Height} pixels cannot be written as {encoding.Format} here.");
        }

        Compute((evaluation, image) =>
        {
            VipsWriter.Write(evaluation, image, path, encoding);
            return true;
        });
    }

    /// <summary>Red, green, blue and alpha of one pixel. Computes the picture for it: for tests.</summary>
    public byte[] ReadPixel(int x, int y) =>
        Crop(x, y, 1, 1).Compute((evaluation, image) => evaluation.WithAlpha(image, alpha: true).ToBytes());

    /// <summary>Ends the use of this picture; pictures made from it live on.</summary>
    public void Dispose() => disposed = true;

    private static int MaxSideOf(PictureFormat format) => format switch
    {
        PictureFormat.WebP => 16_383,
        PictureFormat.Avif => 16_384,
        _ => MaxCanvas,
    };

    private static int Scaled(int side, double scale) => Math.Max(1, (int)Math.Round(side * scale));

    private static void CheckSize(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, MaxCanvas);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, MaxCanvas);
    }

    private Picture Same(Func<Evaluation, VipsImage, VipsImage> step) => Next(Width, Height, HasAlpha, step);

    private Picture Next(int width, int height, bool hasAlpha, Func<Evaluation, VipsImage, VipsImage> step)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return new Picture(width, height, hasAlpha, cost, evaluation => step(evaluation, compute(evaluation)));
    }

    private T Compute<T>(Func<Evaluation, VipsImage, T> use)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        using var share = PixelBudget.Shared.Take(cost, CancellationToken.None);
        using var evaluation = new Evaluation();
        try
        {
            return use(evaluation, compute(evaluation));
        }
        catch (VipsException fault)
        {
            throw new IOException("The picture could not be computed or written.", fault);
        }
    }
}
