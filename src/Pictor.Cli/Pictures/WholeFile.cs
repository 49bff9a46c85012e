namespace Pictor.Cli.Pictures;

/// <summary>Files that appear whole or not at all: written under another name in the same folder, then renamed.</summary>
internal static class WholeFile
{
    private const int NoSpaceOnUnix = 28;
    private const int NoSpaceOnWindows = 112;

    public static void Write(string path, string text, bool ownerOnly)
    {
        var temporary = Temporary(path);
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (ownerOnly && !OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var writer = new StreamWriter(temporary, options))
            {
                writer.Write(text);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Remove(temporary);
            throw Failure(path, fault);
        }
    }

    /// <summary>A name in the folder of <paramref name="path"/> that nobody else uses, and that listings do not show.</summary>
    public static string Temporary(string path) =>
        Path.Combine(Path.GetDirectoryName(path)!, $".pictor-{Path.GetRandomFileName()}.part");

    public static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // What could not be written can often not be removed either; the first fault is the one to tell.
        }
    }

    /// <summary>Makes the folder and shows that it takes files, before anything is paid.</summary>
    public static void Prepare(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var probe = Temporary(Path.Combine(folder, "probe"));
            File.Create(probe, 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Failure(folder, fault);
        }
    }

    /// <summary>Takes away what processes that were killed have left half written. What is younger may be another's work.</summary>
    public static void Sweep(string folder, DateTime olderThanUtc)
    {
        foreach (var left in Directory.EnumerateFiles(folder, ".pictor-*.part").Where(path => File.GetLastWriteTimeUtc(path) < olderThanUtc))
        {
            Remove(left);
        }
    }

    public static CliException Failure(string path, Exception fault) =>
        new DiskException(IsFull(fault) ? $"The disk is full: {path} was not written." : $"{path} cannot be written: {fault.Message}", fault);

    private static bool IsFull(Exception fault) => fault is IOException && (fault.HResult & 0xFFFF) is NoSpaceOnUnix or NoSpaceOnWindows;
}

/// <summary>The disk does not take files: no reason to pay for more of them.</summary>
internal sealed class DiskException(string message, Exception inner) : CliException(message, Cli.ExitCode.Failed, inner);
