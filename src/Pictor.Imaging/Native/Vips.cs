using System.Runtime.InteropServices;

namespace Pictor.Imaging.Native;

/// <summary>The functions of libvips and GObject that are used; nothing with varargs.</summary>
internal static unsafe partial class Vips
{
    public const string Library = "vips";
    public const string GObject = "gobject";

    [LibraryImport(Library, EntryPoint = "vips_init", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Init(string program);

    [LibraryImport(Library, EntryPoint = "vips_version")]
    internal static partial int Version(int part);

    [LibraryImport(Library, EntryPoint = "vips_block_untrusted_set")]
    internal static partial void BlockUntrusted(int state);

    [LibraryImport(Library, EntryPoint = "vips_operation_block_set", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void BlockOperation(string name, int state);

    [LibraryImport(Library, EntryPoint = "vips_cache_set_max")]
    internal static partial void SetCacheMost(int operations);

    [LibraryImport(Library, EntryPoint = "vips_concurrency_set")]
    internal static partial void SetConcurrency(int threads);

    [LibraryImport(Library, EntryPoint = "vips_error_buffer_copy")]
    internal static partial nint TakeErrors();

    [LibraryImport(Library, EntryPoint = "vips_operation_new", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint NewOperation(string name);

    [LibraryImport(Library, EntryPoint = "vips_cache_operation_build")]
    internal static partial nint BuildOperation(nint operation);

    [LibraryImport(Library, EntryPoint = "vips_object_unref_outputs")]
    internal static partial void UnrefOutputs(nint operation);

    [LibraryImport(Library, EntryPoint = "vips_image_get_width")]
    internal static partial int Width(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_height")]
    internal static partial int Height(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_bands")]
    internal static partial int Bands(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_format")]
    internal static partial int BandFormat(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_interpretation")]
    internal static partial int Interpretation(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_hasalpha")]
    internal static partial int HasAlpha(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_typeof", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nuint TypeOfField(VipsImage image, string field);

    [LibraryImport(Library, EntryPoint = "vips_image_copy_memory")]
    internal static partial nint CopyMemory(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_write_to_memory")]
    internal static partial nint WriteToMemory(VipsImage image, out nuint length);

    [LibraryImport(Library, EntryPoint = "vips_image_set_progress")]
    internal static partial void SetProgress(VipsImage image, int progress);

    [LibraryImport(Library, EntryPoint = "vips_image_set_kill")]
    internal static partial void Kill(nint image, int kill);

    [LibraryImport(Library, EntryPoint = "vips_array_double_get_type")]
    internal static partial nuint ArrayDoubleType();

    [LibraryImport(Library, EntryPoint = "vips_value_set_array_double")]
    internal static partial void SetArray(GValue* value, double* numbers, int count);

    [LibraryImport(Library, EntryPoint = "vips_blob_get_type")]
    internal static partial nuint BlobType();

    [LibraryImport(Library, EntryPoint = "vips_blob_copy")]
    internal static partial nint CopyBlob(byte* bytes, nuint length);

    [LibraryImport(Library, EntryPoint = "vips_area_unref")]
    internal static partial void UnrefBlob(nint blob);

    [LibraryImport(GObject, EntryPoint = "g_value_init")]
    internal static partial GValue* InitValue(GValue* value, nuint type);

    [LibraryImport(GObject, EntryPoint = "g_value_unset")]
    internal static partial void UnsetValue(GValue* value);

    [LibraryImport(GObject, EntryPoint = "g_value_set_int")]
    internal static partial void SetInt(GValue* value, int number);

    [LibraryImport(GObject, EntryPoint = "g_value_set_double")]
    internal static partial void SetDouble(GValue* value, double number);

    [LibraryImport(GObject, EntryPoint = "g_value_set_boolean")]
    internal static partial void SetBoolean(GValue* value, int state);

    [LibraryImport(GObject, EntryPoint = "g_value_set_string", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void SetString(GValue* value, string text);

    [LibraryImport(GObject, EntryPoint = "g_value_set_object")]
    internal static partial void SetObject(GValue* value, VipsImage image);

    [LibraryImport(GObject, EntryPoint = "g_value_set_boxed")]
    internal static partial void SetBoxed(GValue* value, nint boxed);

    [LibraryImport(GObject, EntryPoint = "g_value_dup_object")]
    internal static partial nint TakeObject(GValue* value);

    [LibraryImport(GObject, EntryPoint = "g_object_set_property", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void SetProperty(nint target, string name, GValue* value);

    [LibraryImport(GObject, EntryPoint = "g_object_get_property", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void GetProperty(nint target, string name, GValue* value);

    [LibraryImport(GObject, EntryPoint = "g_object_unref")]
    internal static partial void Unref(nint target);

    [LibraryImport(GObject, EntryPoint = "g_signal_connect_data", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nuint Connect(
        VipsImage image, string signal, delegate* unmanaged[Cdecl]<nint, nint, nint, void> handler, nint state, nint destroy, int flags);

    [LibraryImport(GObject, EntryPoint = "g_signal_handler_disconnect")]
    internal static partial void Disconnect(VipsImage image, nuint handler);

    [LibraryImport("glib", EntryPoint = "g_free")]
    internal static partial void Free(nint memory);
}
