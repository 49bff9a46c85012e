using System.Globalization;
using Pictor.Imaging.Native;

namespace Pictor.Imaging;

/// <summary>Brings up libvips, once a process: quiet, one thread a picture, no cache, and no loader but those for our formats.</summary>
public static class NativeVips
{
    private static readonly Lock Gate = new();
    private static readonly Lazy<bool>[] Writable =
        [.. Enum.GetValues<PictureFormat>().Select(format => new Lazy<bool>(() => TryWrite(format)))];

    private static bool loaded;

    /// <summary>The version of the library that was loaded, such as <c>8.18.0</c>.</summary>
    public static string Version
    {
        get
        {
            Load();
            return string.Create(CultureInfo.InvariantCulture, $"{Vips.Version(0)}.{Vips.Version(1)}.{Vips.Version(2)}");
        }
    }

    /// <summary>
    /// A folder with fonts and a fontconfig file named <c>fonts.conf</c>, used for the text of <see cref="Picture.FromSvg"/>.
    /// Counts only when set before <see cref="Load"/>. Null means <c>fonts</c> beside the executable; where that is missing,
    /// the fonts of the system are used.
    /// </summary>
    public static string? FontFolder { get; set; }

    /// <summary>Loads the library. Safe to call any number of times from any thread.</summary>
    /// <exception cref="PictureException"><see cref="PictureFault.NativeLibraryMissing"/>, saying what to install.</exception>
    public static void Load()
    {
        lock (Gate)
        {
            if (!loaded)
            {
                Use(Start);
                loaded = true;
            }
        }
    }

    /// <summary>Whether the library that was loaded can write a format: tried once, with one small picture.</summary>
    public static bool CanWrite(PictureFormat format) => Writable[(int)format].Value;

    /// <summary>Calls into native code for the first time: what is missing there is told as a library that is missing.</summary>
    internal static void Use(Action start)
    {
        try
        {
            start();
        }
        catch (Exception fault) when (fault is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            throw new PictureException(PictureFault.NativeLibraryMissing, $"libvips cannot be used here ({fault.Message.TrimEnd('.')}): {Advice(OperatingSystem.IsWindows())}", fault);
        }
    }

    internal static string Advice(bool isWindows) => isWindows
        ? "take libvips for Windows (https://github.com/libvips/build-win64-mxe/releases) and put the folder of its libvips-42.dll on the PATH."
        : "install it (Debian and Ubuntu: apt-get install libvips42; macOS: brew install vips) or build where npm is at hand.";

    private static void Start()
    {
        NativeMemory.Restrain();
        NativeEnvironment.Set("VIPS_WARNING", "1");
        NativeFonts.Use(FontFolder ?? Path.Combine(AppContext.BaseDirectory, "fonts"));
        if (!VipsLibrary.TryLoad() || Vips.Init("pictor") != 0)
        {
            throw new PictureException(PictureFault.NativeLibraryMissing, "libvips was not found: " + Advice(OperatingSystem.IsWindows()));
        }

        // Strangers' files name their loader themselves; this is the second wall. SVG is for our own drawings only.
        Vips.BlockUntrusted(1);
        Vips.BlockOperation("VipsForeignLoad", 1);
        foreach (var loader in (ReadOnlySpan<string>)["Png", "Jpeg", "Webp", "Nsgif", "Heif", "SvgBuffer"])
        {
            Vips.BlockOperation("VipsForeignLoad" + loader, 0);
        }

        Vips.SetCacheMost(0);
        Vips.SetConcurrency(1);
    }

    private static bool TryWrite(PictureFormat format)
    {
        Load();
        try
        {
            using var evaluation = new Evaluation();
            VipsWriter.Try(evaluation, evaluation.Solid(16, 16, [0, 0, 0]), new PictureEncoding(format));
            return true;
        }
        catch (VipsException)
        {
            return false;
        }
    }
}
