using Pictor.Errors;

namespace Pictor.Upstream.Splitting;

/// <summary>The text of JSON strings that is only copied, up to the quote that ends it.</summary>
internal static class StringText
{
    /// <summary>Copies up to and with the closing quote, and says how many bytes that were.</summary>
    /// <param name="bytes">The next piece; not empty.</param>
    /// <param name="output">Where it goes.</param>
    /// <param name="afterBackslash">Carries a backslash at the end of one piece over to the next.</param>
    /// <param name="ended">Whether the closing quote was met.</param>
    public static int Copy(ReadOnlySpan<byte> bytes, PooledBytes output, ref bool afterBackslash, out bool ended)
    {
        ended = false;
        var at = 0;
        while (at < bytes.Length && !ended)
        {
            if (afterBackslash)
            {
                afterBackslash = false;
                at++;
                continue;
            }

            var special = bytes[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (special < 0)
            {
                at = bytes.Length;
                break;
            }

            at += special + 1;
            ended = bytes[at - 1] == (byte)'"';
            afterBackslash = !ended;
        }

        output.Append(bytes[..at]);
        return at;
    }

    public static GatewayException TooLong(int limit, string? param) =>
        new(ErrorKind.InvalidRequest, $"a text value is longer than {limit} bytes", param);
}
