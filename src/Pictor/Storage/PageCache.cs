using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pictor.Storage;

/// <summary>
/// What the kernel keeps of files in memory. Pictures are large, many and mostly read once: kept, they push out the database, count
/// against a container's limit, and every new one is written to memory that has to be found first (a third of the processor time of
/// an 8 MB answer on a virtual machine).
/// </summary>
internal static partial class PageCache
{
    private const int DontNeed = 4;

    /// <summary>Lets the kernel drop a synced file from memory. Advice: where it is not taken nothing is lost.</summary>
    public static void Forget(SafeFileHandle file)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Advise(file, 0, 0, DontNeed);
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);
}
