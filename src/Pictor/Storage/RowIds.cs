using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Pictor.Storage;

/// <summary>Makes ids: time-ordered ones for rows that are listed, wholly random ones for what an id alone must protect.</summary>
internal sealed class RowIds(TimeProvider time)
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int RandomBits = 80;
    private readonly Lock _gate = new();
    private UInt128 _last;

    /// <summary><c>prefix_</c> and 26 characters: 48 bits of milliseconds, 82 random bits. Sorts by time, and of one process in the order of making.</summary>
    public string Ordered(string prefix)
    {
        Span<byte> bytes = stackalloc byte[17];
        RandomNumberGenerator.Fill(bytes);
        var random = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        var drawn = ((UInt128)(ulong)time.GetUtcNow().ToUnixTimeMilliseconds() << RandomBits) | (random & ((UInt128.One << RandomBits) - 1));
        lock (_gate)
        {
            // In the same millisecond, or after a clock that was set back: a random step behind the one before.
            _last = drawn > _last ? drawn : _last + 1 + (random >> RandomBits);
            BinaryPrimitives.WriteUInt128BigEndian(bytes, _last);
        }

        return Text(prefix, bytes, 26);
    }

    /// <summary><c>prefix_</c> and 32 characters: 160 random bits.</summary>
    public string Unguessable(string prefix)
    {
        Span<byte> bytes = stackalloc byte[20];
        RandomNumberGenerator.Fill(bytes);
        return Text(prefix, bytes, 32);
    }

    private static string Text(string prefix, ReadOnlySpan<byte> bytes, int length)
    {
        Span<char> text = stackalloc char[length];
        for (var i = 0; i < length; i++)
        {
            var bit = i * 5;
            var pair = (bytes[bit / 8] << 8) | (bit / 8 + 1 < bytes.Length ? bytes[bit / 8 + 1] : 0);
            text[i] = Alphabet[(pair >> (11 - (bit % 8))) & 31];
        }

        return $"{prefix}_{text}";
    }
}
