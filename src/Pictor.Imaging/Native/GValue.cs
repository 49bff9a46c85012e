using System.Runtime.InteropServices;

namespace Pictor.Imaging.Native;

/// <summary>GObject's box for one typed value: a type and 16 bytes of its own.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GValue
{
    // The fundamental types have fixed numbers (gtype.h: G_TYPE_MAKE_FUNDAMENTAL, a shift by 2).
    public const nuint Boolean = 5 << 2;
    public const nuint Int = 6 << 2;
    public const nuint Double = 15 << 2;
    public const nuint String = 16 << 2;
    public const nuint Object = 20 << 2;

    public nuint Type;
    private long first;
    private long second;
}
