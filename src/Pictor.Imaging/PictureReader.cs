using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Pictor.Imaging;

/// <summary>Reads a picture file from front to back through one small buffer; running off the end means the file is cut short.</summary>
internal sealed class PictureReader : IDisposable
{
    private readonly FileStream stream;
    private readonly IncrementalHash? hash;
    private bool isWhole = true;
    private readonly byte[] buffer = new byte[32 * 1024];
    private int start;
    private int end;

    /// <param name="path">The file.</param>
    /// <param name="hashes">Whether <see cref="Hash"/> will be asked for.</param>
    public PictureReader(string path, bool hashes = false)
    {
        stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        Length = stream.Length;
        hash = hashes ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    }

    public long Length { get; }

    public long Position { get; private set; }

    public long Remaining => Length - Position;

    /// <summary>The bytes that are at hand now; empty only at the end of the file.</summary>
    public ReadOnlySpan<byte> Window()
    {
        if (start == end)
        {
            start = 0;
            end = Fill(0);
        }

        return buffer.AsSpan(start, end - start);
    }

    public void Advance(int count)
    {
        start += count;
        Position += count;
    }

    /// <summary>The byte after the next one, which is at hand; nothing is read.</summary>
    public byte PeekSecond()
    {
        if (end - start == 1)
        {
            buffer[0] = buffer[start];
            start = 0;
            end = 1 + Fill(1);
        }

        return end - start >= 2 ? buffer[start + 1] : throw PictureException.CutShort();
    }

    public byte ReadByte()
    {
        var window = Window();
        if (window.IsEmpty)
        {
            throw PictureException.CutShort();
        }

        var value = window[0];
        Advance(1);
        return value;
    }

    public void ReadExactly(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            var window = Window();
            if (window.IsEmpty)
            {
                throw PictureException.CutShort();
            }

            var count = Math.Min(window.Length, destination.Length);
            window[..count].CopyTo(destination);
            Advance(count);
            destination = destination[count..];
        }
    }

    public ushort ReadUInt16BigEndian()
    {
        Span<byte> bytes = stackalloc byte[2];
        ReadExactly(bytes);
        return BinaryPrimitives.ReadUInt16BigEndian(bytes);
    }

    /// <summary>Reads up to <paramref name="most"/> of the next <paramref name="length"/> bytes and skips the rest.</summary>
    public byte[] ReadSome(long length, int most)
    {
        var bytes = new byte[Math.Min(length, most)];
        ReadExactly(bytes);
        Skip(length - bytes.Length);
        return bytes;
    }

    public void Skip(long count)
    {
        if (count > Remaining)
        {
            throw PictureException.CutShort();
        }

        var buffered = (int)Math.Min(count, end - start);
        Advance(buffered);
        if (count > buffered)
        {
            start = end = 0;
            Position += count - buffered;
            stream.Position = Position;
            isWhole = false;
        }
    }

    public void CopyTo(Cleaning.CleanCopy destination, long count)
    {
        if (count > Remaining)
        {
            throw PictureException.CutShort();
        }

        while (count > 0)
        {
            var window = Window();
            if (window.IsEmpty)
            {
                throw PictureException.CutShort();
            }

            var part = window[..(int)Math.Min(window.Length, count)];
            destination.Write(part, Position);
            Advance(part.Length);
            count -= part.Length;
        }
    }

    /// <summary>The SHA-256 of the file; null where parts of it were not read.</summary>
    public byte[]? Hash() => isWhole && stream.Position == Length ? hash?.GetHashAndReset() : null;

    public void Dispose()
    {
        stream.Dispose();
        hash?.Dispose();
    }

    private int Fill(int from)
    {
        var read = stream.Read(buffer.AsSpan(from));
        hash?.AppendData(buffer, from, read);
        return read;
    }
}
