using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Pictor.Imaging.Native;

/// <summary>
/// Keeps glibc from hoarding: unless told otherwise, it makes an arena of its own for each of many threads and never gives back the
/// pixel buffers that were freed in them, so that a process which decodes on a thread pool keeps several times what it uses.
/// </summary>
internal static partial class NativeMemory
{
    // The numbers of malloc.h.
    private const int ArenaMost = -8;
    private const int MapThreshold = -3;

    private const int Arenas = 2;
    private const int LargeBytes = 1024 * 1024;

    /// <summary>Does nothing where another C library is used, or where the environment says something of its own about arenas.</summary>
    public static void Restrain()
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable("MALLOC_ARENA_MAX") is not null)
        {
            return;
        }

        try
        {
            _ = Tune(ArenaMost, Arenas);
            _ = Tune(MapThreshold, LargeBytes);
        }
        catch (EntryPointNotFoundException)
        {
            // musl has no arenas and gives back at once.
        }
    }

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int Tune(int parameter, int value);
}
