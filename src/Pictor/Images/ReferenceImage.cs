namespace Pictor.Images;

/// <summary>
/// A picture that comes in. It is either a link that the job still has to fetch, or a stored input whose bytes were sent inline
/// (or have been fetched) and are already checked and clean.
/// </summary>
/// <param name="Param">The parameter it came in with, for messages: <c>prompt</c>, <c>input_image</c>, <c>image</c>…</param>
/// <param name="Link">The http(s) address, when it came as one.</param>
/// <param name="InputId">The id of the stored bytes, once there are any.</param>
internal sealed record ReferenceImage(string Param, string? Link, string? InputId)
{
    public PixelSize? Size { get; init; }
}
