using Pictor.Storage;

namespace Pictor.Assets;

/// <summary>Pictures as files in the data folder, spread over 1,024 folders by the first two characters of their id.</summary>
internal sealed class FileAssetStore(DataFolder folder) : IAssetStore
{
    // Synced, renamed, its folder synced: that blocks, and not for the threads that answer.
    public Task AddAsync(string temporary, AssetName name, string sha256, CancellationToken cancellationToken) =>
        Task.Run(() => DurableFile.Commit(temporary, PathOf(name)), cancellationToken);

    public Task<StoredPicture?> OpenAsync(AssetName name, bool isWhole, CancellationToken cancellationToken) => Task.FromResult(Open(name));

    public Task RemoveAsync(AssetName name, CancellationToken cancellationToken)
    {
        Remove(name);
        return Task.CompletedTask;
    }

    public Task<Uri?> DirectLinkAsync(AssetName name, DateTimeOffset until, CancellationToken cancellationToken) => Task.FromResult<Uri?>(null);

    public string PathOf(AssetName name) => Path.Combine(folder.Assets, name.Shard, name.ToString());

    public bool Has(AssetName name) => File.Exists(PathOf(name));

    /// <summary>Null when there is no such file.</summary>
    public StoredPicture? Open(AssetName name)
    {
        try
        {
            var file = new FileStream(PathOf(name), new FileStreamOptions { Options = FileOptions.SequentialScan, BufferSize = 0, Share = FileShare.Read | FileShare.Delete });
            return new StoredPicture(file, new DateTimeOffset(File.GetLastWriteTimeUtc(file.SafeFileHandle)));
        }
        catch (IOException fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public void Remove(AssetName name)
    {
        try
        {
            File.Delete(PathOf(name));
        }
        catch (DirectoryNotFoundException)
        {
            // The folder is made with its first picture; none was ever there.
        }
    }

    /// <summary>Everything that lies here.</summary>
    public IEnumerable<string> Paths() => Directory.EnumerateFiles(folder.Assets, "*", SearchOption.AllDirectories);

    /// <summary>What was put here before some time.</summary>
    public IEnumerable<(string Id, string Path)> FromBefore(DateTime before) =>
        Paths().Where(path => File.GetLastWriteTimeUtc(path) < before).Select(path => (Path.GetFileNameWithoutExtension(path), path));
}
