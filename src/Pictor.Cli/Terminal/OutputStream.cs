using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Pictor.Cli.Terminal;

/// <summary>
/// stdout or stderr as Unix has them. The console's own stream sets the mode of the terminal as soon as it is written to, even when it
/// is redirected; a file stream keeps a place of its own in a file that other programs write to as well.
/// </summary>
/// <param name="descriptor">1 or 2.</param>
/// <param name="mayFail">Whether what cannot be written is a failure. What is only told is not: a terminal that has gone ends no batch.</param>
[UnsupportedOSPlatform("windows")]
internal sealed partial class OutputStream(int descriptor, bool mayFail) : Stream
{
    private const int Interrupted = 4;
    private const int TryAgain = 11;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var written = Write(descriptor, ref MemoryMarshal.GetReference(buffer), buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Interrupted:
                    break;
                case TryAgain:
                    // Another program has made it non-blocking, and its reader is slow.
                    Thread.Sleep(5);
                    break;
                default:
                    if (!mayFail)
                    {
                        return;
                    }

                    throw new IOException($"The output cannot be written: {Marshal.GetLastPInvokeErrorMessage()}", Marshal.GetLastPInvokeError());
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, ref byte bytes, nint count);
}
