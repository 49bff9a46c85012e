using System.Buffers;
using Pictor.Images;
using Pictor.Storage;

namespace Pictor.Assets;

/// <summary>Pictures as files in the data folder, spread over 1,024 folders by the first two characters of their id.</summary>
internal sealed class FileAssetStore(DataFolder folder)
{
    private const string Prefix = "img_";
    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("_0123456789abcdefghijklmnopqrstuvwxyz");

    public string PathOf(string id, OutputFormat format) =>
        Path.Combine(folder.Assets, id.Substring(Prefix.Length, 2), $"{id}.{format.Extension()}");

    /// <summary>Puts a finished file in its place: synced, renamed, its folder synced.</summary>
    public void Add(string temporary, string id, OutputFormat format) => DurableFile.Commit(temporary, PathOf(id, format));

    public void Remove(string id, OutputFormat format)
    {
        try
        {
            File.Delete(PathOf(id, format));
        }
        catch (DirectoryNotFoundException)
        {
            // The folder is made with its first picture; none was ever there.
        }
    }

    /// <summary>The id and format in the last part of a link, or null when it cannot be one of ours.</summary>
    public static (string Id, OutputFormat Format)? Read(string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > Prefix.Length + 2
            && name.StartsWith(Prefix, StringComparison.Ordinal)
            && name.AsSpan(0, dot).IndexOfAnyExcept(IdCharacters) < 0
            && OutputFormats.TryParse(name[(dot + 1)..], out var format)
                ? (name[..dot], format)
                : null;
    }

    /// <summary>What was put here before this process started; nothing else can be without a row for a reason.</summary>
    public IEnumerable<(string Id, string Path)> FromBefore() =>
        Directory.EnumerateFiles(folder.Assets, "*", SearchOption.AllDirectories)
            .Where(path => File.GetLastWriteTimeUtc(path) < folder.OpenedAt)
            .Select(path => (Path.GetFileNameWithoutExtension(path), path));
}
