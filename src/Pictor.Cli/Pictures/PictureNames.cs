using System.Text;
using Pictor.Imaging;

namespace Pictor.Cli.Pictures;

/// <summary>Names of formats and files.</summary>
internal static class PictureNames
{
    private const int LongestSlug = 48;

    public static string Of(PictureFormat format) => format switch
    {
        PictureFormat.Jpeg => "jpeg",
        PictureFormat.WebP => "webp",
        PictureFormat.Gif => "gif",
        PictureFormat.Avif => "avif",
        _ => "png",
    };

    public static string EndingOf(PictureFormat format) => format == PictureFormat.Jpeg ? "jpg" : Of(format);

    /// <summary>The format that a file name asks for, or null.</summary>
    public static PictureFormat? FormatOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".png" => PictureFormat.Png,
        ".jpg" or ".jpeg" => PictureFormat.Jpeg,
        ".webp" => PictureFormat.WebP,
        ".gif" => PictureFormat.Gif,
        ".avif" => PictureFormat.Avif,
        _ => null,
    };

    /// <summary>The words of a prompt as a file name that every system takes; letters of any script stay.</summary>
    public static string Slug(string prompt)
    {
        var slug = new StringBuilder();
        foreach (var rune in prompt.EnumerateRunes())
        {
            if (slug.Length >= LongestSlug)
            {
                break;
            }

            if (Rune.IsLetterOrDigit(rune))
            {
                slug.Append(Rune.ToLowerInvariant(rune));
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        // A name in UTF-8 may have 255 bytes, and endings follow.
        while (Encoding.UTF8.GetByteCount(slug.ToString()) > 150)
        {
            slug.Length -= char.IsLowSurrogate(slug[^1]) ? 2 : 1;
        }

        var text = slug.ToString().Trim('-');
        return text.Length == 0 ? "picture" : text;
    }

    /// <summary>A name from a list, below a folder.</summary>
    /// <exception cref="CliException">It is absolute, climbs out, or is none.</exception>
    public static string Below(string folder, string name)
    {
        var clean = name.Trim().Replace('\\', '/');
        var parts = clean.Split('/');
        var full = clean.Any(char.IsControl) ? "" : Path.GetFullPath(Path.Combine(folder, clean.TrimStart('/')));
        var root = Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar;
        if (clean.Length == 0 || clean.StartsWith('/') || clean.EndsWith('/') || clean.Contains(':', StringComparison.Ordinal)
            || parts.Any(part => part is ".." or ".") || !full.StartsWith(root, StringComparison.Ordinal) || LeavesByLink(root, full))
        {
            throw CliException.Usage($"The output name '{Screen.Clean(name)}' leaves the folder or is no name.");
        }

        return full;
    }

    // A folder below the root that is a link elsewhere would carry the file out.
    private static bool LeavesByLink(string root, string full)
    {
        for (var folder = Path.GetDirectoryName(full); folder is not null && folder.Length >= root.Length; folder = Path.GetDirectoryName(folder))
        {
            if (new DirectoryInfo(folder).LinkTarget is not null)
            {
                return true;
            }
        }

        return false;
    }
}
