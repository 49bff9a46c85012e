using System.Reflection;
using System.Runtime.InteropServices;

namespace Pictor.Imaging.Native;

/// <summary>Finds the native library: the build's beside the executable, which holds everything, else the system's three.</summary>
internal static class VipsLibrary
{
    private static readonly Dictionary<string, nint> Handles = [];

    /// <summary>Loads the library and routes the imports of this assembly to it.</summary>
    public static bool TryLoad()
    {
        if (Handles.Count > 0)
        {
            return true;
        }

        if (TryLoadBundled() is { } bundled)
        {
            Handles["vips"] = Handles["gobject"] = Handles["glib"] = bundled;
        }
        else if (!TryLoadSystem())
        {
            return false;
        }

        NativeLibrary.SetDllImportResolver(typeof(VipsLibrary).Assembly, Resolve);
        return true;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => Handles.GetValueOrDefault(name);

    private static nint? TryLoadBundled()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "native");
        if (!Directory.Exists(folder))
        {
            return null;
        }

        // One folder for each system it was brought for; one for another system does not load.
        foreach (var file in Directory.EnumerateFiles(folder, "libvips*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (NativeLibrary.TryLoad(file, out var handle))
            {
                return handle;
            }
        }

        return null;
    }

    private static bool TryLoadSystem()
    {
        var (vips, gobject, glib) = OperatingSystem.IsWindows() ? ("libvips-42.dll", "libgobject-2.0-0.dll", "libglib-2.0-0.dll")
            : OperatingSystem.IsMacOS() ? ("libvips.42.dylib", "libgobject-2.0.0.dylib", "libglib-2.0.0.dylib")
            : ("libvips.so.42", "libgobject-2.0.so.0", "libglib-2.0.so.0");
        if (!NativeLibrary.TryLoad(vips, out var vipsHandle)
            || !NativeLibrary.TryLoad(gobject, out var gobjectHandle)
            || !NativeLibrary.TryLoad(glib, out var glibHandle))
        {
            return false;
        }

        Handles["vips"] = vipsHandle;
        Handles["gobject"] = gobjectHandle;
        Handles["glib"] = glibHandle;
        return true;
    }
}
