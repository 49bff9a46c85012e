using Microsoft.Win32.SafeHandles;

namespace Pictor.Imaging.Cleaning;

/// <summary>
/// What a cleaner keeps of a file. Most pictures hold nothing that has to go: a file of its own is begun only where the copy
/// first differs from its source.
/// </summary>
internal sealed class CleanCopy(string source, string destination) : IDisposable
{
    private readonly SafeFileHandle _source = File.OpenHandle(source);
    private FileStream? _file;

    public long Length { get; private set; }

    /// <summary>Keeps bytes that are made here.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_file is null && !StandsAt(Length, bytes))
        {
            Begin();
        }

        _file?.Write(bytes);
        Length += bytes.Length;
    }

    /// <summary>Keeps bytes that stand in the source at <paramref name="from"/>.</summary>
    public void Write(ReadOnlySpan<byte> bytes, long from)
    {
        if (from != Length || _file is not null)
        {
            Write(bytes);
            return;
        }

        Length += bytes.Length;
    }

    /// <summary>Changes bytes that were kept before.</summary>
    public void Change(long at, ReadOnlySpan<byte> bytes)
    {
        if (_file is null && StandsAt(at, bytes))
        {
            return;
        }

        if (_file is null)
        {
            Begin();
        }

        _file!.Position = at;
        _file.Write(bytes);
        _file.Position = Length;
    }

    /// <summary>Ends the copy.</summary>
    /// <returns>True when the source is the copy, byte for byte: then nothing was written.</returns>
    public bool End()
    {
        if (_file is null && Length == RandomAccess.GetLength(_source))
        {
            return true;
        }

        if (_file is null)
        {
            Begin();
        }

        _file!.Flush();
        return false;
    }

    public void Dispose()
    {
        _file?.Dispose();
        _source.Dispose();
    }

    private bool StandsAt(long at, ReadOnlySpan<byte> bytes)
    {
        Span<byte> stored = stackalloc byte[64];
        for (var done = 0; done < bytes.Length;)
        {
            var part = bytes[done..Math.Min(bytes.Length, done + stored.Length)];
            if (RandomAccess.Read(_source, stored[..part.Length], at + done) < part.Length || !stored.StartsWith(part))
            {
                return false;
            }

            done += part.Length;
        }

        return true;
    }

    private void Begin()
    {
        _file = new FileStream(destination, FileMode.Create, FileAccess.Write, FileShare.None, 64 * 1024);
        var buffer = new byte[64 * 1024];
        for (var done = 0L; done < Length;)
        {
            var read = RandomAccess.Read(_source, buffer.AsSpan(0, (int)Math.Min(buffer.Length, Length - done)), done);
            if (read == 0)
            {
                throw PictureException.CutShort();
            }

            _file.Write(buffer, 0, read);
            done += read;
        }
    }
}
