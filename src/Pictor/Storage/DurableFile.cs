using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pictor.Storage;

/// <summary>
/// Puts a finished file in its place so that it survives a power cut. The framework's own flush returns normally when fsync
/// fails (measured on .NET 10: EIO, ENOSPC, EDQUOT), so fsync is called directly.
/// </summary>
internal static partial class DurableFile
{
    private const int OtherFileSystem = 18;

    /// <summary>
    /// Syncs the file, renames it and syncs the folder. To another file system it is copied first, and synced there beside its final name.
    /// The file stays where it is until that is done.
    /// </summary>
    /// <exception cref="IOException">The bytes did not reach the disk.</exception>
    public static void Commit(string temporary, string final)
    {
        var folder = Path.GetDirectoryName(final)!;
        Directory.CreateDirectory(folder);
        Sync(temporary, FileMode.Open);

        // The framework's own move copies in silence where there is nothing to rename: under the final name, and without a sync.
        var isRenamed = TryRename(temporary, final);
        if (!isRenamed)
        {
            Copy(temporary, final);
        }

        SyncFolder(folder);
        if (!isRenamed)
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Writes a small secret file that only its owner may read.</summary>
    public static void WritePrivate(string path, string text)
    {
        var temporary = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var writer = new StreamWriter(new FileStream(temporary, options)))
        {
            writer.Write(text);
        }

        Commit(temporary, path);
    }

    private static void Sync(string path, FileMode mode)
    {
        using var handle = File.OpenHandle(path, mode, FileAccess.ReadWrite);
        Sync(handle, path);
    }

    private static void Sync(SafeFileHandle handle, string path)
    {
        if (OperatingSystem.IsWindows())
        {
#pragma warning disable RS0030 // FlushFileBuffers' result is reported on Windows; only the Unix path swallows errors.
            RandomAccess.FlushToDisk(handle);
#pragma warning restore RS0030
            return;
        }

        if (Fsync(handle) != 0)
        {
            throw new IOException($"fsync of {Path.GetFileName(path)} failed: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    private static void Copy(string from, string to)
    {
        var beside = to + ".part";
        try
        {
            File.Copy(from, beside, overwrite: true);
            Sync(beside, FileMode.Open);
            File.Move(beside, to, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }

    // False when the new name is on another file system.
    private static bool TryRename(string from, string to)
    {
        if (OperatingSystem.IsWindows())
        {
            File.Move(from, to, overwrite: true);
            return true;
        }

        return Rename(from, to) == 0
            || (Marshal.GetLastPInvokeError() == OtherFileSystem
                ? false
                : throw new IOException($"{Path.GetFileName(from)} cannot be renamed: {Marshal.GetLastPInvokeErrorMessage()}"));
    }

    private static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(folder, 0);
        if (descriptor < 0)
        {
            throw new IOException($"The folder {folder} cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        Sync(handle, folder);
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle handle);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(string from, string to);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
