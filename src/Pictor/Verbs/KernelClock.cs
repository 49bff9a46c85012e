using System.Runtime.InteropServices;

namespace Pictor.Verbs;

/// <summary>What the kernel knows of its clock.</summary>
internal static partial class KernelClock
{
    // struct timex has 208 bytes on 64-bit Linux; modes 0 changes nothing.
    private const int Room = 512;
    private const int Unsynchronised = 5;

    /// <summary>Whether somebody keeps the clock right (NTP, PTP, the host); null where the kernel does not say.</summary>
    public static bool? IsSynchronised()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var state = AdjustTime(new byte[Room]);
        return state < 0 ? null : state != Unsynchronised;
    }

    [LibraryImport("libc", EntryPoint = "adjtimex", SetLastError = true)]
    private static partial int AdjustTime([In, Out] byte[] timex);
}
