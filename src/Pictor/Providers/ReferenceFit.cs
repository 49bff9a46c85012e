using Pictor.Errors;
using Pictor.Images;

namespace Pictor.Providers;

/// <summary>Fits the reference images of a call to the number a vendor takes: what is too many is joined side by side, in order.</summary>
internal static class ReferenceFit
{
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
        var count = call.ReferenceCount;
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
    /// <param name="call">The call.</param>
    /// <param name="most">How many pictures the vendor takes.</param>
    /// <param name="join">Makes one JPEG of several files and gives its size in pixels.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="GatewayException"><see cref="ErrorKind.BadReferenceImage"/> or <see cref="ErrorKind.StorageUnavailable"/>: they cannot be joined.</exception>
    public static async Task<IReadOnlyList<ReferencePicture>> FitAsync(ProviderCall call, int most, Func<IReadOnlyList<string>, string, (int Width, int Height)> join, CancellationToken cancellationToken)
    {
        if (most == 0 || call.References.Count <= most)
        {
            return call.References;
        }

        var path = Path.Combine(call.WorkFolder, $"joined-{call.Seed}.jpg");
        string[] tooMany = [.. call.References.Skip(most - 1).Select(reference => reference.Path)];
        try
        {
            var joined = await Task.Run(() => Preparation.Of(() => Join(tooMany, path)), cancellationToken);
            return [.. call.References.Take(most - 1), joined];
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or GatewayException))
        {
            throw new GatewayException(new GatewayError(ErrorKind.BadReferenceImage, "The reference images cannot be joined into one picture.", Param(call)), fault);
        }

        ReferencePicture Join(string[] paths, string destination)
        {
            var (width, height) = join(paths, destination);
            return new ReferencePicture(destination, "image/jpeg", new PixelSize(width, height), new FileInfo(destination).Length, Link: null);
        }
    }

    private static string Param(ProviderCall call) => call.Request.References is [{ } first, ..] ? first.Param : "input_image";
}
