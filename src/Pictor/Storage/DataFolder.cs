using Microsoft.Extensions.Options;

namespace Pictor.Storage;

/// <summary>The one folder that holds everything, and the lock that keeps a second process out of it.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;
    private readonly long _reserve;

    public DataFolder(IOptions<StorageOptions> options)
    {
        Root = Path.GetFullPath(options.Value.Data);
        _reserve = options.Value.DiskReserve;
        Make(Root);
        try
        {
            _lock = new FileStream(Path.Combine(Root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException fault) when (IsTaken(fault))
        {
            throw new InvalidOperationException(
                $"The data folder {Root} is in use by another Pictor. Stop it, or give this one its own folder with Pictor__Data.", fault);
        }

        // The clock of the file system, which the times of files are compared with.
        _lock.SetLength(0);
        _lock.WriteByte((byte)'\n');
        _lock.Flush();
        OpenedAt = File.GetLastWriteTimeUtc(_lock.Name);

        // What was half written when the former process ended belongs to nobody: jobs run again from their row.
        Incoming = Fresh("incoming");
        Work = Fresh("work");
        IsShared = !string.IsNullOrEmpty(options.Value.SharedFolder);
        IsHidden = !IsShared && !string.IsNullOrEmpty(options.Value.PostgreSql);
        var kept = IsShared ? Path.GetFullPath(options.Value.SharedFolder!) : Root;
        Assets = Directory.CreateDirectory(Path.Combine(kept, "assets")).FullName;
        Inputs = Directory.CreateDirectory(Path.Combine(kept, "inputs")).FullName;
    }

    public string Root { get; }

    /// <summary>Every file that is older was written by a former process.</summary>
    public DateTime OpenedAt { get; }

    /// <summary>True when pictures and inputs are where other replicas see them too.</summary>
    public bool IsShared { get; }

    /// <summary>True where there may be other replicas and they see nothing of what lies here.</summary>
    public bool IsHidden { get; }

    /// <summary>A picture that is older has its row by now, if it ever gets one; other replicas' newest may not have theirs yet.</summary>
    public DateTime SettledBefore => IsShared ? OpenedAt - TimeSpan.FromDays(1) : OpenedAt;

    /// <summary>Bodies while they are read; emptied at start.</summary>
    public string Incoming { get; }

    /// <summary>Files on their way while jobs run; emptied at start.</summary>
    public string Work { get; }

    /// <summary>Finished pictures.</summary>
    public string Assets { get; }

    /// <summary>Reference images that were sent inline, until their job ends.</summary>
    public string Inputs { get; }

    /// <summary>Bytes that are free where there are the fewest: what is on its way and what is kept may lie on different disks.</summary>
    public long Free() => Math.Min(FreeOf(Root), FreeOf(Assets));

    /// <summary>False when a disk is below its reserve: new work is refused, what runs goes on.</summary>
    public bool HasRoom() => Free() > _reserve;

    /// <summary>False when the disk takes no writes, as a file system does that has turned itself read-only after a fault.</summary>
    public bool TakesWrites()
    {
        try
        {
            RandomAccess.Write(_lock.SafeFileHandle, "\n"u8, fileOffset: 0);
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public void Dispose() => _lock.Dispose();

    // Prompts and pictures are nobody else's on a machine with several users; a folder that is there keeps its mode.
    private static void Make(string root)
    {
        if (OperatingSystem.IsWindows() || Directory.Exists(root))
        {
            Directory.CreateDirectory(root);
            return;
        }

        Directory.CreateDirectory(root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    // The lock of another process, as Linux, macOS and Windows say it. A disk that cannot be written says something else.
    private static bool IsTaken(IOException fault) => fault.HResult is 11 or 35 or unchecked((int)0x80070020);

    // What cannot be asked is not known to be full.
    private static long FreeOf(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return long.MaxValue;
        }
    }

    private string Fresh(string name)
    {
        var folder = Path.Combine(Root, name);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        return Directory.CreateDirectory(folder).FullName;
    }
}
