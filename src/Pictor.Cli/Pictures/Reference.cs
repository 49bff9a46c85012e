using Pictor.Imaging;

namespace Pictor.Cli.Pictures;

/// <summary>A picture that goes in: a link that the server fetches, or bytes from a file or stdin.</summary>
internal sealed record Reference(string? Link, byte[] Bytes, string Name, PictureFormat Format)
{
    private const long MaxBytes = 25 * 1024 * 1024;

    public bool IsLink => Link is not null;

    public string MediaType => "image/" + PictureNames.Of(Format);

    /// <summary>As JSON carries it: the link itself, or a data URI.</summary>
    public string AsText => Link ?? $"data:{MediaType};base64,{Convert.ToBase64String(Bytes)}";

    public static bool LooksLikeLink(string text) =>
        text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase);

    /// <param name="text">A path, a link, a data URI, or <c>-</c> for stdin.</param>
    /// <param name="surroundings">Where paths and stdin are.</param>
    public static Reference Read(string text, Surroundings surroundings)
    {
        var place = text.Trim();
        if (LooksLikeLink(place))
        {
            return place.Any(char.IsWhiteSpace) ? throw CliException.Usage($"The link '{place}' has a blank in it.") : new Reference(place, [], "link", PictureFormat.Png);
        }

        var bytes = place == "-" ? ReadAll(surroundings.InBytes()) : ReadFile(surroundings.PathOf(place), place);
        var format = PictureProbe.Sniff(bytes) ?? throw CliException.Usage($"{place} is no picture: PNG, JPEG, WebP, GIF and AVIF are taken.");
        return new Reference(null, bytes, place == "-" ? "stdin." + PictureNames.EndingOf(format) : Path.GetFileName(place), format);
    }

    private static byte[] ReadFile(string path, string shown)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: > MaxBytes } file
                ? throw CliException.Usage($"{shown} has {file.Length:N0} bytes; at most {MaxBytes:N0} are taken.")
                : File.ReadAllBytes(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw CliException.Usage($"The picture {shown} cannot be read: {fault.Message}");
        }
    }

    private static byte[] ReadAll(Stream stream)
    {
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        return buffer.ToArray();
    }
}
