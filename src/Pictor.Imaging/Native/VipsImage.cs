using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pictor.Imaging.Native;

/// <summary>Owns one reference to a VipsImage.</summary>
internal sealed class VipsImage : SafeHandleZeroOrMinusOneIsInvalid
{
    public VipsImage(nint image)
        : base(ownsHandle: true) => SetHandle(image);

    public int Width => Vips.Width(this);

    public int Height => Vips.Height(this);

    public int Bands => Vips.Bands(this);

    public bool HasAlpha => Vips.HasAlpha(this) != 0;

    public bool Has(string field) => Vips.TypeOfField(this, field) != 0;

    /// <summary>Opens a file with the loader of the given format and no other; pixels are decoded later, from top to bottom.</summary>
    public static VipsImage Load(string path, PictureFormat format)
    {
        using var load = new VipsOperation(format switch
        {
            PictureFormat.Png => "pngload",
            PictureFormat.Jpeg => "jpegload",
            PictureFormat.WebP => "webpload",
            PictureFormat.Gif => "gifload",
            _ => "heifload",
        });
        return load.Set("filename", Path.GetFullPath(path))
            .Set("access", VipsNumbers.AccessSequential)
            .Set("fail_on", VipsNumbers.FailOnError)
            .Run();
    }

    /// <summary>Decodes or computes every pixel, once, into memory.</summary>
    public VipsImage ToMemory()
    {
        var copy = Vips.CopyMemory(this);
        return copy != 0 ? new VipsImage(copy) : throw VipsException.FromBuffer("memory");
    }

    /// <summary>All samples, row by row.</summary>
    public byte[] ToBytes()
    {
        var memory = Vips.WriteToMemory(this, out var length);
        if (memory == 0)
        {
            throw VipsException.FromBuffer("memory");
        }

        var bytes = new byte[length];
        Marshal.Copy(memory, bytes, 0, bytes.Length);
        Vips.Free(memory);
        return bytes;
    }

    protected override bool ReleaseHandle()
    {
        Vips.Unref(handle);
        return true;
    }
}
