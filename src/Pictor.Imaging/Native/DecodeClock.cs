using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pictor.Imaging.Native;

/// <summary>Stops the decoding of one image when its time is over or its caller has gone: looks after each strip of pixels.</summary>
internal sealed unsafe class DecodeClock : IDisposable
{
    private readonly VipsImage image;
    private readonly TimeSpan limit;
    private readonly CancellationToken ct;
    private readonly long started = Stopwatch.GetTimestamp();
    private readonly nuint handler;
    private GCHandle self;

    public DecodeClock(VipsImage image, TimeSpan limit, CancellationToken ct)
    {
        (this.image, this.limit, this.ct) = (image, limit, ct);
        self = GCHandle.Alloc(this);
        Vips.SetProgress(image, 1);
        handler = Vips.Connect(image, "eval", &OnStrip, GCHandle.ToIntPtr(self), destroy: 0, flags: 0);
    }

    /// <summary>Why the decoding was stopped, where it was this clock that stopped it.</summary>
    public void ThrowIfStopped(Exception inner)
    {
        ct.ThrowIfCancellationRequested();
        if (IsOver)
        {
            throw new PictureException(PictureFault.TookTooLong, "The picture takes too long to decode.", inner);
        }
    }

    public void Dispose()
    {
        Vips.Disconnect(image, handler);
        self.Free();
    }

    private bool IsOver => Stopwatch.GetElapsedTime(started) > limit;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnStrip(nint image, nint progress, nint state)
    {
        var clock = (DecodeClock)GCHandle.FromIntPtr(state).Target!;
        if (clock.IsOver || clock.ct.IsCancellationRequested)
        {
            Vips.Kill(clock.image.DangerousGetHandle(), 1);
        }
    }
}
