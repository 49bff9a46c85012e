namespace Pictor.Images;

/// <summary>A picture as a door received it: a link that the job fetches, or a local file with bytes nobody has looked at yet.</summary>
/// <param name="Param">The parameter it came in with.</param>
/// <param name="Link">An http(s) address, or null.</param>
/// <param name="File">A file that the receiver may delete, or null.</param>
internal sealed record IncomingPicture(string Param, string? Link, string? File);
