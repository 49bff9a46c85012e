using Pictor.Imaging;

namespace Pictor.Cli.Pictures;

/// <summary>Where a picture goes: one exact file, or a free name in a folder.</summary>
/// <param name="Folder">Full path.</param>
/// <param name="Stem">The name without ending.</param>
/// <param name="Ending">The ending that was asked for, with its dot, or null for what the bytes are.</param>
/// <param name="Replaces">An exact name replaces what is there; a made-up one steps aside.</param>
internal sealed record PictureTarget(string Folder, string Stem, string? Ending, bool Replaces)
{
    /// <summary>From <c>-o</c>: a file when it has a picture's ending, else a folder.</summary>
    public static PictureTarget Parse(string? output, string prompt, Surroundings surroundings)
    {
        var place = surroundings.PathOf(output ?? "outputs");
        return output is not null && PictureNames.FormatOf(output) is not null && !Directory.Exists(place) ? OfFile(place) : new PictureTarget(place, PictureNames.Slug(prompt), null, Replaces: false);
    }

    public static PictureTarget OfFile(string path) =>
        PictureNames.FormatOf(path) is null
            ? new(Path.GetDirectoryName(path)!, Path.GetFileName(path), null, Replaces: true)
            : new(Path.GetDirectoryName(path)!, Path.GetFileNameWithoutExtension(path), Path.GetExtension(path), Replaces: true);

    /// <summary>The n-th picture of several, counted from 0.</summary>
    public PictureTarget Numbered(int index) => index == 0 ? this : this with { Stem = $"{Stem}-{index + 1}" };

    /// <summary>Gives a finished file its name.</summary>
    public string Place(string temporary, PictureFormat format)
    {
        var ending = Ending ?? "." + PictureNames.EndingOf(format);
        for (var i = 1; ; i++)
        {
            var path = Path.Combine(Folder, (i == 1 ? Stem : $"{Stem}-{i}") + ending);
            try
            {
                if (Replaces || !File.Exists(path))
                {
                    File.Move(temporary, path, overwrite: Replaces);
                    return path;
                }
            }
            catch (IOException) when (!Replaces && File.Exists(path) && i < 100_000)
            {
                // Somebody else took the name in between: the next one.
            }
        }
    }
}
