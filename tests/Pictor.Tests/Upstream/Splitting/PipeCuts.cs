using System.Buffers;

namespace Pictor.Tests.Upstream.Splitting;

/// <summary>Bytes in the pieces in which a pipe may hand them over.</summary>
internal static class PipeCuts
{
    public static ReadOnlySequence<byte> Segments(byte[] bytes, int first, int second) =>
        Sequence([bytes[..first], bytes[first..second], bytes[second..]]);

    public static ReadOnlySequence<byte> RandomSegments(Random random, byte[] bytes)
    {
        var parts = new List<byte[]>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = Math.Min(bytes.Length - at, random.Next(1, random.Next(2) == 0 ? 4 : 100));
            parts.Add(bytes[at..(at + length)]);
            at += length;
        }

        return Sequence(parts);
    }

    private static ReadOnlySequence<byte> Sequence(IReadOnlyList<byte[]> parts)
    {
        var first = new Segment(ReadOnlyMemory<byte>.Empty, null);
        var last = first;
        foreach (var part in parts)
        {
            last = new Segment(part, last);
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            if (before is not null)
            {
                RunningIndex = before.RunningIndex + before.Memory.Length;
                before.Next = this;
            }
        }
    }
}
