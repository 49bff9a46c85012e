using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Pictor.Imaging.Native;

/// <summary>The environment as C code in this process sees it: what .NET sets does not reach it.</summary>
internal static partial class NativeEnvironment
{
    public static void Set(string name, string value)
    {
        if (OperatingSystem.IsWindows())
        {
            _ = SetOnWindows(name, value);
        }
        else
        {
            _ = SetOnUnix(name, value, 1);
        }
    }

    // The C library there has a copy of its own; this changes both the copy and the system's.
    [SupportedOSPlatform("windows")]
    [LibraryImport("ucrtbase", EntryPoint = "_wputenv_s", StringMarshalling = StringMarshalling.Utf16)]
    private static partial int SetOnWindows(string name, string value);

    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetOnUnix(string name, string value, int overwrite);
}
