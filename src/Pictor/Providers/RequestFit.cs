using Pictor.Images;

namespace Pictor.Providers;

/// <summary>How a request is fitted to a vendor's legal values, the same way for every vendor. Pure.</summary>
internal static class RequestFit
{
    // The fit to pixels in steps of 16 moves a ratio by less than this; whatever is further off was fitted to the model on purpose.
    private const double Rounding = 0.03;

    private static readonly string[] Passable =
        ["seed", "safety_tolerance", "prompt_upsampling", "quality", "style", "user", "background", "moderation", "output_compression", "watermark", "input_fidelity"];

    /// <summary>The ratio that is meant: the caller's own words where the model draws it, else that of the fitted size.</summary>
    public static AspectRatio? Ratio(ImageRequest request)
    {
        var fitted = request.Size is { } size ? AspectRatio.Of(size) : (AspectRatio?)null;
        return request.AspectRatio is { } given && (fitted is null || AspectRatio.Distance(given.Value, fitted.Value.Value) < Rounding) ? given : fitted;
    }

    /// <summary>True when the caller said anything about the picture's shape.</summary>
    public static bool GaveShape(ImageRequest request) => request.Gave("aspect_ratio") || request.Gave("size");

    /// <summary>The entry of a closed list that is nearest by |ln| of the ratio.</summary>
    public static AspectRatio Nearest(IReadOnlyList<AspectRatio> list, AspectRatio wanted) => list.MinBy(ratio => AspectRatio.Distance(ratio.Value, wanted.Value));

    /// <summary>The nearest ratio inside a range.</summary>
    public static AspectRatio Clamp(AspectRatio wanted, AspectRatio narrowest, AspectRatio widest) =>
        wanted.Value < narrowest.Value ? narrowest : wanted.Value > widest.Value ? widest : wanted;

    /// <summary>The nearest size that a vendor takes.</summary>
    public static PixelSize Size(SizeRule rule, PixelSize wanted) => SizeFit.Fit(rule, ratio: null, wanted, []);

    /// <summary>Tells when a vendor that takes ratios gets another one than was asked for, or gets one instead of a size.</summary>
    /// <param name="request">The request.</param>
    /// <param name="used">What is sent.</param>
    /// <param name="drawn">The size the vendor is known to draw for it, or null.</param>
    public static IEnumerable<Warning> RatioChange(ImageRequest request, AspectRatio? used, PixelSize? drawn)
    {
        if (used is not { } sent)
        {
            yield break;
        }

        if (RatioParam(request) is { } param)
        {
            if (Ratio(request) is { } wanted && AspectRatio.Distance(wanted.Value, sent.Value) > 1e-9)
            {
                yield return Warning.Adapted(param, wanted.ToString(), sent.ToString(), $"The upstream does not draw {wanted}; the nearest it draws is {sent}.");
            }
        }
        else if (request.Gave("size") && request.Size is { } size && size != drawn)
        {
            yield return Warning.Adapted("size", size.ToString(), sent.ToString(), $"The upstream takes a ratio instead of a size; it is asked for {sent}.");
        }
    }

    /// <summary>Tells when a vendor that takes sizes gets another one than was asked for.</summary>
    public static IEnumerable<Warning> SizeChange(ImageRequest request, PixelSize used)
    {
        if (RatioParam(request) is { } param)
        {
            if (Ratio(request) is { } wanted && AspectRatio.Distance(wanted.Value, used.Ratio) > Rounding)
            {
                yield return Warning.Adapted(param, wanted.ToString(), AspectRatio.Of(used).ToString(), $"The upstream does not draw {wanted}; the nearest it draws is {used}.");
            }
        }
        else if (request.Gave("size") && request.Size is { } size && size != used)
        {
            yield return Warning.Adapted("size", size.ToString(), used.ToString(), $"The upstream does not draw {size}; the nearest it draws is {used}.");
        }
    }

    /// <summary>Tells when a vendor's range of <c>safety_tolerance</c> is narrower than what was asked for.</summary>
    public static IEnumerable<Warning> SafetyChange(ImageRequest request, int used)
    {
        if (request.Gave("safety_tolerance") && used != request.SafetyTolerance)
        {
            yield return Warning.Adapted("safety_tolerance", request.SafetyTolerance.ToString(), used.ToString(), $"The upstream does not take safety_tolerance {request.SafetyTolerance} here; it is asked for {used}.");
        }
    }

    /// <summary>Tells which of the given parameters have no place upstream.</summary>
    public static IEnumerable<Warning> Ignored(ImageRequest request, IReadOnlySet<string> passed) =>
        from name in Passable
        where request.Gave(name) && !passed.Contains(name)
        select Warning.Ignored(name, request.Shown(name), $"The upstream model has no parameter '{name}'; it was ignored.");

    // A ratio may be written as a size; the size that it was fitted to is not the caller's word then.
    private static string? RatioParam(ImageRequest request) =>
        request.AspectRatio is null ? null : request.Gave("aspect_ratio") ? "aspect_ratio" : request.Gave("size") ? "size" : null;
}
