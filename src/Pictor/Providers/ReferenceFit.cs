using Pictor.Errors;
using Pictor.Images;
using Pictor.Imaging;

namespace Pictor.Providers;

/// <summary>Fits the reference images of a call to the number a vendor takes: what is too many is joined side by side, in order.</summary>
internal static class ReferenceFit
{
    private const int Quality = 95;
    private const long LargestArea = 16L * 1024 * 1024;
    private const int LongestSide = 8192;

    /// <summary>Why this call cannot be sent at all, or null.</summary>
    public static GatewayError? Check(ProviderCall call, int most, bool mask = false)
    {
        if (call.References.Count > 0 && most == 0)
        {
            return new GatewayError(ErrorKind.UpstreamRefused, $"The upstream model '{call.UpstreamModel}' takes no reference images.", Param(call));
        }

        return call.Mask is not null && !mask
            ? new GatewayError(ErrorKind.UpstreamRefused, $"The upstream model '{call.UpstreamModel}' takes no mask.", "mask")
            : null;
    }

    /// <summary>Tells when pictures are joined.</summary>
    public static IEnumerable<Warning> Change(ProviderCall call, int most)
    {
        var count = call.References.Count;
        if (most > 0 && count > most)
        {
            var joined = count - most + 1;
            yield return Warning.Adapted(
                Param(call),
                $"{count} pictures",
                most == 1 ? "1 picture" : $"{most} pictures",
                $"The upstream takes {(most == 1 ? "one reference image" : $"{most} reference images")}; {(joined == count ? "all" : $"the last {joined}")} are joined side by side, in order.");
        }
    }

    /// <summary>The pictures to send: the first ones as they are, the last one made of all that are too many.</summary>
    /// <exception cref="GatewayException"><see cref="ErrorKind.BadReferenceImage"/>: they cannot be joined.</exception>
    public static async Task<IReadOnlyList<ReferencePicture>> FitAsync(ProviderCall call, int most, CancellationToken cancellationToken)
    {
        if (most == 0 || call.References.Count <= most)
        {
            return call.References;
        }

        var path = Path.Combine(call.WorkFolder, $"joined-{call.Seed}.jpg");
        var joined = await Task.Run(() => Join([.. call.References.Skip(most - 1)], path, Param(call)), cancellationToken);
        return [.. call.References.Take(most - 1), joined];
    }

    private static ReferencePicture Join(IReadOnlyList<ReferencePicture> references, string path, string param)
    {
        var pictures = new List<Picture>();
        try
        {
            pictures.AddRange(references.Select(reference => Picture.Open(reference.Path, PictureLimits.Default)));
            using var whole = Picture.JoinSideBySide(pictures);
            var scale = Math.Min(1, Math.Min(Math.Sqrt((double)LargestArea / ((long)whole.Width * whole.Height)), (double)LongestSide / Math.Max(whole.Width, whole.Height)));
            var size = new PixelSize(Math.Max(1, (int)(whole.Width * scale)), Math.Max(1, (int)(whole.Height * scale)));
            using var sent = scale < 1 ? whole.Resize(size.Width, size.Height) : whole;
            sent.Save(path, new PictureEncoding(PictureFormat.Jpeg, Quality));
            return new ReferencePicture(path, "image/jpeg", size, new FileInfo(path).Length, Link: null);
        }
        catch (Exception fault) when (fault is PictureException or ArgumentOutOfRangeException)
        {
            throw new GatewayException(new GatewayError(ErrorKind.BadReferenceImage, "The reference images cannot be joined into one picture.", param), fault);
        }
        finally
        {
            pictures.ForEach(picture => picture.Dispose());
        }
    }

    private static string Param(ProviderCall call) => call.Request.References is [{ } first, ..] ? first.Param : "input_image";
}
