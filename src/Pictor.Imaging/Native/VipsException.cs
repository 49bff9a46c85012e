using System.Runtime.InteropServices;

namespace Pictor.Imaging.Native;

/// <summary>An operation of libvips failed; the message is the library's own and is for logs only.</summary>
internal sealed class VipsException(string message) : Exception(message)
{
    // The buffer of errors belongs to the whole process: the text may carry a line of another picture, so nothing decides by it.
    public static VipsException FromBuffer(string operation)
    {
        var text = Vips.TakeErrors();
        var message = Marshal.PtrToStringUTF8(text)?.Trim();
        Vips.Free(text);
        return new VipsException($"{operation}: {message}");
    }
}
