namespace Pictor.Imaging.Native;

/// <summary>Points fontconfig at the fonts of the build, through the C environment: what .NET sets does not reach it.</summary>
internal static class NativeFonts
{
    public static void Use(string folder)
    {
        var config = Path.Combine(folder, "fonts.conf");
        if (!File.Exists(config))
        {
            return;
        }

        NativeEnvironment.Set("FONTCONFIG_FILE", Path.GetFullPath(config));
        if (!HasCacheFolder())
        {
            // A service often has no home to write to, and fontconfig complains on stderr until it has a folder for its cache.
            var cache = Directory.CreateTempSubdirectory("pictor-fonts-");
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Remove(cache);
            NativeEnvironment.Set("XDG_CACHE_HOME", cache.FullName);
        }
    }

    private static void Remove(DirectoryInfo cache)
    {
        try
        {
            cache.Delete(recursive: true);
        }
        catch (IOException)
        {
            // Somebody tidied up before us.
        }
    }

    private static bool HasCacheFolder()
    {
        var caches = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(caches))
        {
            var home = Environment.GetEnvironmentVariable("HOME");
            if (!Directory.Exists(home))
            {
                return false;
            }

            caches = Path.Combine(home, ".cache");
        }

        var cache = Path.Combine(caches, "fontconfig");
        try
        {
            Directory.CreateDirectory(cache);
            using var probe = new FileStream(
                Path.Combine(cache, Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
