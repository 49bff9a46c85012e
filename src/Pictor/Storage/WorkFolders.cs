using System.Collections.Concurrent;
using System.Globalization;

namespace Pictor.Storage;

/// <summary>
/// Lends out empty folders for files on their way, and takes them back emptied. They are kept, because making and removing a
/// folder for each call costs a file system more than all the rest of a small job.
/// </summary>
internal sealed partial class WorkFolders(DataFolder folder, ILogger<WorkFolders> log)
{
    private readonly ConcurrentBag<string> _empty = [];
    private int _made;

    /// <summary>An empty folder; whoever disposes of it loses what is in it.</summary>
    public WorkFolder Take() => new(_empty.TryTake(out var path) ? path : Make(), GiveBack);

    private string Make() =>
        Directory.CreateDirectory(Path.Combine(folder.Work, Interlocked.Increment(ref _made).ToString(CultureInfo.InvariantCulture))).FullName;

    private void GiveBack(string path)
    {
        try
        {
            foreach (var file in Directory.EnumerateFiles(path))
            {
                File.Delete(file);
            }

            _empty.Add(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Not lent again: nobody may find the files of another.
            Log.NotEmptied(log, fault, path);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The work folder {Folder} could not be emptied; the next start removes it.")]
        public static partial void NotEmptied(ILogger logger, Exception fault, string folder);
    }
}

/// <summary>A folder of its borrower alone, until it is disposed of.</summary>
internal sealed class WorkFolder(string path, Action<string> giveBack) : IDisposable
{
    public string Path { get; } = path;

    public void Dispose() => giveBack(Path);
}
