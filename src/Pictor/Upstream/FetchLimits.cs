using Pictor.Errors;

namespace Pictor.Upstream;

/// <summary>What one fetch of a picture may take, and the one error it ends with, whatever went wrong.</summary>
/// <param name="MaxBytes">Largest picture.</param>
/// <param name="Timeout">For everything: look-up, connections, redirects, body.</param>
/// <param name="StallWindow">Each of these windows has to bring <paramref name="StallBytes"/>.</param>
/// <param name="StallBytes">See <paramref name="StallWindow"/>.</param>
/// <param name="Failure">What the caller is told.</param>
internal sealed record FetchLimits(long MaxBytes, TimeSpan Timeout, TimeSpan StallWindow, long StallBytes, GatewayError Failure)
{
    /// <summary>So long, from the start, what may pass is tried again; nothing is where this is not said.</summary>
    public TimeSpan Patience { get; init; }

    /// <summary>True where a body that comes compressed, though nobody asked for that, is read; <see cref="MaxBytes"/> counts what comes out.</summary>
    public bool Decodes { get; init; }

    /// <summary>The limits of the settings, with the error of a bad reference picture named by <paramref name="param"/>.</summary>
    public static FetchLimits ForReference(UpstreamOptions options, string? param) => new(
        options.MaxPictureBytes,
        options.PictureTimeout,
        options.StallWindow,
        options.StallBytes,
        new GatewayError(
            ErrorKind.BadReferenceImage,
            $"The image link could not be fetched. It must be a public http or https address that answers 200 with 1 to {options.MaxPictureBytes} bytes within {options.PictureTimeout.TotalSeconds:0.###} seconds.",
            param));

    /// <summary>For a picture that was paid for: larger, and asked for again and again while its link may still be good.</summary>
    public static FetchLimits ForResult(UpstreamOptions options) => new(
        options.MaxResultBytes,
        options.PictureTimeout,
        options.StallWindow,
        options.StallBytes,
        new GatewayError(ErrorKind.UpstreamUnreadable, "The upstream's link to the picture could not be fetched."))
    {
        Patience = options.ResultPatience,
        Decodes = true,
    };
}

/// <summary>A picture that arrived whole.</summary>
/// <param name="File">Where it was written.</param>
/// <param name="Bytes">Its length.</param>
internal sealed record FetchedPicture(string File, long Bytes);
