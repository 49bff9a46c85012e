using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using Pictor.Errors;

namespace Pictor.Upstream.Splitting;

/// <summary>
/// Decodes one run of base64 after the other into files. Taking characters never waits; when <see cref="WantsWriting"/> says so,
/// the reader of the body calls <see cref="Write"/>. A run may be abandoned at any time, a file begun for it is deleted.
/// </summary>
internal sealed class Base64Spool(string folder) : IDisposable
{
    /// <summary>The most characters that may be appended between two looks at <see cref="WantsWriting"/>.</summary>
    public const int CharsSize = 16 * 1024;

    private const int DecodedSize = 128 * 1024;

    // Two blocks of characters decoded and the last bytes of a run.
    private const int Reserve = 32 * 1024;

    private byte[]? _chars;
    private byte[]? _decoded;
    private int _charsLength;
    private int _decodedLength;
    private FileStream? _file;
    private (long EncodedBytes, string? MediaType, string? Param)? _ended;

    /// <summary>Characters of the run so far, without padding.</summary>
    public long Chars { get; private set; }

    /// <summary>What the characters so far decode to.</summary>
    public long Bytes => Chars * 3 / 4;

    public bool WantsWriting => _ended is not null || _decodedLength > DecodedSize - Reserve;

    /// <summary>Takes characters of the two base64 alphabets; escapes, white space and padding are already gone.</summary>
    public void Append(ReadOnlySpan<byte> chars)
    {
        _chars ??= ArrayPool<byte>.Shared.Rent(CharsSize);
        Chars += chars.Length;
        while (!chars.IsEmpty)
        {
            var part = chars[..Math.Min(chars.Length, CharsSize - _charsLength)];
            part.CopyTo(_chars.AsSpan(_charsLength));
            _charsLength += part.Length;
            chars = chars[part.Length..];
            if (_charsLength == CharsSize)
            {
                Decode();
            }
        }
    }

    /// <summary>Decodes the last characters; false when the run cannot end here. Missing padding is accepted, wrong padding is not.</summary>
    public bool TryEnd(int padding)
    {
        var rest = (int)(Chars % 4);
        if (rest == 1 || (padding > 0 && (rest == 0 || rest + padding > 4)))
        {
            return false;
        }

        if (rest > 0)
        {
            // Filled up with zero bits, and what they became is cut off: bits that an encoder left behind do no harm.
            "AA"u8[..(4 - rest)].CopyTo(_chars.AsSpan(_charsLength));
            _charsLength += 4 - rest;
        }

        Decode();
        _decodedLength -= rest == 0 ? 0 : 4 - rest;
        return true;
    }

    /// <summary>After <see cref="TryEnd"/>: the run is wanted, the next <see cref="Write"/> gives it.</summary>
    public void Keep(long encodedBytes, string? mediaType, string? param) => _ended = (encodedBytes, mediaType, param);

    /// <summary>Forgets the run and deletes its file, if there is one.</summary>
    public void Abandon()
    {
        if (_file is { } file)
        {
            _file = null;
            file.Dispose();
            File.Delete(file.Name);
        }

        Reset();
    }

    /// <summary>
    /// Writes what is decoded; gives the value when the run has ended. Not asynchronous: a file has no such writes on Unix, where they
    /// would only be moved to another thread, one after the other, hundreds of times a picture.
    /// </summary>
    /// <exception cref="GatewayException">The disk takes no writes.</exception>
    public SpooledValue? Write()
    {
        try
        {
            _file ??= Create(folder);
            _file.Write(_decoded.AsSpan(0, _decodedLength));
            _decodedLength = 0;
            if (_ended is not { } ended)
            {
                return null;
            }

            _file.Dispose();
            var value = new SpooledValue(_file.Name, Bytes, ended.EncodedBytes, ended.MediaType, ended.Param);
            _file = null;
            Reset();
            return value;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new GatewayException(
                new GatewayError(ErrorKind.StorageUnavailable, "The pictures of the body cannot be stored at the moment."), exception);
        }
    }

    public void Dispose()
    {
        Abandon();
        foreach (var rented in new[] { _chars, _decoded })
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }

        _chars = _decoded = null;
    }

    private static FileStream Create(string folder)
    {
        Directory.CreateDirectory(folder);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
            Options = FileOptions.SequentialScan,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(Path.Combine(folder, $"body-{RandomNumberGenerator.GetHexString(32, lowercase: true)}.part"), options);
    }

    private void Decode()
    {
        _decoded ??= ArrayPool<byte>.Shared.Rent(DecodedSize);
        var chars = _chars.AsSpan(0, _charsLength);
        var target = _decoded.AsSpan(_decodedLength);
        if (Base64.DecodeFromUtf8(chars, target, out _, out var written, isFinalBlock: false) != OperationStatus.Done)
        {
            chars.Replace((byte)'-', (byte)'+');
            chars.Replace((byte)'_', (byte)'/');
            Base64.DecodeFromUtf8(chars, target, out _, out written, isFinalBlock: false);
        }

        _decodedLength += written;
        _charsLength = 0;
    }

    private void Reset()
    {
        _charsLength = _decodedLength = 0;
        Chars = 0;
        _ended = null;
    }
}
