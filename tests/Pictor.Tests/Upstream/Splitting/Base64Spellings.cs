namespace Pictor.Tests.Upstream.Splitting;

/// <summary>Pictures as callers write them into JSON.</summary>
internal static class Base64Spellings
{
    public static byte[] Bytes(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static string Uri(byte[] picture) => "data:image/png;base64," + Convert.ToBase64String(picture);

    public static string Escaped(byte[] picture) => Convert.ToBase64String(picture)
        .Replace("/", "\\/", StringComparison.Ordinal)
        .Replace("+", "\\u002B", StringComparison.Ordinal)
        .Replace("=", "\\u003d", StringComparison.Ordinal);

    public static string Wrapped(string base64, int line, string separator) =>
        string.Join(separator, base64.Chunk(line).Select(part => new string(part)));

    public static string Spell(string spelling, string prefix, byte[] picture)
    {
        var plain = Convert.ToBase64String(picture);
        return spelling switch
        {
            "plain" => prefix + plain,
            "slash" => (prefix + plain).Replace("/", "\\/", StringComparison.Ordinal),
            "dotnet" => prefix + Escaped(picture),
            "dotnet lower case" => prefix + plain.Replace("+", "\\u002b", StringComparison.Ordinal).Replace("/", "\\u002f", StringComparison.Ordinal),
            "every character" => string.Concat((prefix + plain).Select(c => $"\\u{(int)c:x4}")),
            "url safe" => prefix + plain.Replace('+', '-').Replace('/', '_'),
            "no padding" => prefix + plain.TrimEnd('='),
            "url safe, no padding" => prefix + plain.TrimEnd('=').Replace('+', '-').Replace('/', '_'),
            "lines of 76, \\r\\n" => prefix + Wrapped(plain, 76, "\\r\\n"),
            "lines of 64, \\n" => prefix + Wrapped(plain, 64, "\\n"),
            "lines of 60, \\n, last break" => prefix + Wrapped(plain, 60, "\\n") + (prefix.Length == 0 ? "\\n" : ""),
            "lines of 76 with spaces" => prefix + Wrapped(plain, 76, " "),
            _ => prefix.Length == 0 ? "\\n " + plain : prefix + plain,
        };
    }
}
