using System.Text;
using System.Text.Json;
using Pictor.Imaging;

namespace Pictor.EndToEnd;

/// <summary>Bodies that no gateway should run, each with a name to report it by.</summary>
internal static class BadBodies
{
    /// <summary>Not JSON, or JSON that means nothing here.</summary>
    public static IEnumerable<(string Name, byte[] Body)> Broken()
    {
        yield return ("empty", []);
        foreach (var text in (string[])
        [
            " ", "{", "}", "[]", "[", "null", "true", "1", "1e400", "\"text\"", "{}", "{]", "{\"prompt\"}", "{\"prompt\":}", "{\"prompt\":\"x\",}", "{'prompt':'x'}", "{prompt:1}",
            "{\"prompt\":\"x\"", "{\"prompt\":\"x", "{\"prompt\":\"x\"}{", "{\"prompt\":\"x\"} trailing", "{\"prompt\":\"\\q\"}", "{\"prompt\":\"\\u12\"}", "{\"prompt\":\"\\", "{\"prompt\":\"a\nb\"}",
            "{\"prompt\":\"x\",\"prompt\":\"y\"}", "{\"prompt\":\"x\",\"n\":1,\"n\":2}", "{\"prompt\":\"x\",\"\\u006e\":1,\"n\":2}", "{\"prompt\":\"x\",\"extra_body\":{\"seed\":1,\"seed\":2}}",
            "{\"prompt\":\"\\ud800\"}", "{\"prompt\":\"\\udc00\\ud800\"}", "{\"\\ud800\":1,\"prompt\":\"x\"}", "{\"prompt\":\"x\",\"user\":\"\\udfff\"}", "{\"prompt\":\"x\",\"model\":\"\\ud83d\"}",
            "{\"prompt\":\"a\\u0000b\"}", "{\"prompt\":\"x\",\"model\":\"\\u0000\"}", "{\"prompt\":\"x\",\"user\":\"\\u0000\"}", "{\"\\u0000\":1,\"prompt\":\"x\",\"n\":0}",
            "{\"prompt\":\"x\",\"n\":1e400}", "{\"prompt\":\"x\",\"seed\":1e400}", "{\"prompt\":\"x\",\"seed\":-1e400}", "{\"prompt\":\"x\",\"n\":NaN}", "{\"prompt\":\"x\",\"n\":Infinity}", "{\"prompt\":\"x\",\"n\":01}", "{\"prompt\":\"x\",\"n\":+1}",
            "\u0000", "{\u0000}", "{\"prompt\":\"x\"}\u0000", "/* */{\"prompt\":\"x\"}", "<xml/>", "prompt=x", "--b\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\nx\r\n--b--",
        ])
        {
            yield return (Shown(text), Encoding.UTF8.GetBytes(text));
        }

        yield return ("bare 0xff", [0xff]);
        yield return ("bad UTF-8 in the prompt", [.. "{\"prompt\":\""u8, 0xc3, 0x28, 0xff, .. "\"}"u8]);
        yield return ("bad UTF-8 in a name", [.. "{\"prompt\":\"x\",\""u8, 0xff, .. "\":1}"u8]);
        yield return ("overlong UTF-8", [.. "{\"prompt\":\""u8, 0xc0, 0x80, .. "\"}"u8]);
        yield return ("UTF-8 surrogate", [.. "{\"prompt\":\""u8, 0xed, 0xa0, 0x80, .. "\"}"u8]);
        yield return ("cut UTF-8", [.. "{\"prompt\":\""u8, 0xe6]);
        yield return ("UTF-16", Encoding.Unicode.GetBytes("{\"prompt\":\"x\"}"));
        yield return ("UTF-32", Encoding.UTF32.GetBytes("{\"prompt\":\"x\"}"));
        yield return ("gzip bytes", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
        yield return ("random bytes", Noise(100_000));
        yield return ("a million arrays", Encoding.ASCII.GetBytes(new string('[', 1_000_000)));
        yield return ("a million arrays, closed", Encoding.ASCII.GetBytes(new string('[', 1_000_000) + new string(']', 1_000_000)));
        yield return ("a million arrays in a member", Encoding.ASCII.GetBytes("{\"prompt\":\"x\",\"image\":" + new string('[', 1_000_000) + new string(']', 1_000_000) + "}"));
        yield return ("a million objects", Encoding.ASCII.GetBytes("{\"prompt\":\"x\",\"a\":" + string.Concat(Enumerable.Repeat("{\"a\":", 200_000))));
        yield return ("deep extra_body", Encoding.ASCII.GetBytes("{\"prompt\":\"x\",\"n\":0,\"extra_body\":" + string.Concat(Enumerable.Repeat("{\"extra_body\":", 30)) + "{}" + new string('}', 31)));
        yield return ("5 MB of white space", Encoding.ASCII.GetBytes(new string(' ', 5_000_000)));
        yield return ("a number of a million digits", Encoding.ASCII.GetBytes("{\"prompt\":\"x\",\"seed\":" + new string('9', 1_000_000) + "}"));
        yield return ("a name of a million characters", Encoding.ASCII.GetBytes("{\"" + new string('a', 1_000_000) + "\":1}"));
        yield return ("50,000 members and a bad seed", Encoding.ASCII.GetBytes("{\"seed\":-1,\"prompt\":\"x\"," + string.Join(',', Enumerable.Range(0, 50_000).Select(i => $"\"a{i}\":{i}")) + "}"));
    }

    /// <summary>Well-formed JSON with one value that is out of its range or of a wrong kind.</summary>
    public static IEnumerable<(string Name, byte[] Body)> Wrong()
    {
        const string max64 = "18446744073709551615";
        foreach (var (name, values) in new (string, string[])[]
        {
            ("prompt", ["null", "1", "true", "[]", "{}", "[\"x\"]", "\"\"", "\" \"", "\"\\t\\n\"", Quoted(new string('x', 32_001)), Quoted(new string('界', 32_001)), Quoted(string.Concat(Enumerable.Repeat("😀", 32_001)))]),
            ("n", ["0", "-1", "11", max64, "18446744073686646784", "9223372036854775808", "1.5", "1e2", "\"0\"", "\"abc\"", "\"１\"", "true", "[]", "{}", "[1]", "\"\""]),
            ("aspect_ratio", ["\"0:0\"", "\"1:0\"", "\"0:1\"", "\"16:9:1\"", "\"１６:９\"", "\"12345:1\"", "\"1:12345\"", "\"16/9\"", "\"16：9\"", "\":\"", "\"1:\"", "\":1\"", "\"-1:1\"", "\"+1:1\"", "\"1.5:1\"", "\" 1:1\"", "\"1:1 \"", "\"1:1\\n\"", "\"a:b\"", "\"٣:٤\"", "1", "1.5", "true", "[]", "{}", "[16,9]", "\"1:1\\u0000\""]),
            ("seed", ["-1", "4294967296", max64, "1.5", "1e10", "\"-1\"", "\"4294967296\"", "\"abc\"", "\"0x10\"", "\"\"", "true", "[]", "{}", "[1]"]),
            ("safety_tolerance", ["-1", "7", max64, "2.5", "\"7\"", "\"x\"", "true", "[]", "{}"]),
            ("prompt_upsampling", ["\"perhaps\"", "2", "-1", "[]", "{}", "1.5"]),
            ("async", ["\"perhaps\"", "2", "[]", "{}"]),
            ("stream", ["\"perhaps\"", "[]", "{}"]),
            ("size", ["\"0x0\"", "\"1024\"", "\"x\"", "\"1024x\"", "\"x1024\"", "\"-1x1\"", "\"1024x1024x1024\"", "\"１０２４x１０２４\"", "\"99999999999x1\"", "\"large\"", "1024", "true", "[]", "{}", "[1024,1024]"]),
            ("output_format", ["\"gif\"", "\"svg\"", "\"image/png\"", "\"\\u0000\"", "1", "true", "[]", "{}"]),
            ("response_format", ["\"xml\"", "\"URL\"", "1", "true", "[]", "{}", "{\"type\":\"url\"}"]),
            ("webhook_url", ["\"ftp://example.com/\"", "\"file:///etc/passwd\"", "\"javascript:alert(1)\"", "\"//example.com\"", "\"example.com\"", "\"http:\"", "\"http://\"", "\"https://\"", "\"http:///x\"", "\"http://user:secret@example.com/\"", "\"invalid-url\"", "\"gopher://example.com\"", "\" http://\"", "\"http://exa mple.com\"", "\"http://[::1\"", "1", "true", "[]", "{}", "[\"http://example.com\"]", "\"data:,\"", Quoted("http://example.com/" + new string('a', 5000))]),
            ("webhook_secret", ["1e400", "[]", "{}"]),
            ("url_expires_in", ["0", "59", "604801", "-1", max64, "\"soon\"", "60.5", "true", "[]", "{}"]),
            ("output_compression", ["-1", "101", max64, "\"much\"", "[]", "{}"]),
            ("model", ["\"no-such-model\"", "\"../../etc/passwd\"", "\"FLUX-KONTEXT-PRO\\u0000\"", "1", "true", "[]", "{}", Quoted(new string('m', 10_000)), "\"模型\""]),
            ("image", ["1", "true", "{}", "\"not base64!\"", "\"AAA\"", "\"AAAA\"", "\"=\"", "\"====\"", "\"data:\"", "\"data:,\"", "\"data:image/png;base64,\"", "\"data:image/png;base64,###\"", "\"data:text/html,<b>\"", "[[]]", "[1]", "[{}]", "[\"AAAA\",\"BBBB\"]", "{\"url\":1}", "{\"image_url\":{}}", "{\"image_url\":{\"url\":\"ftp://x/y\"}}", "\"file:///etc/passwd\"", "\"//host/x\"", "\"/etc/passwd\"", "\"C:\\\\x.png\"", "\"http\"", Quoted("https://" + new string('a', 9000) + ".com/")]),
            ("images", ["1", "\"AAAA\"", "[\"AAAA\"]", "[true]"]),
            ("input_image", ["1", "\"AAAA\"", "{}", "[{\"x\":1}]"]),
            ("input_image_2", ["\"AAAA\"", "false"]),
            ("mask", ["1", "\"AAAA\"", "true", "[]", "{}"]),
            ("extra_body", ["{\"seed\":-1}", "{\"aspect_ratio\":\"0:0\"}", "{\"n\":0}", "{\"webhook_url\":\"x\"}", "{\"extra_body\":{\"seed\":-1},\"n\":0}"]),
        })
        {
            foreach (var value in values)
            {
                var prompt = name == "prompt" ? "" : "\"prompt\":\"x\",";
                yield return ($"{name}={Shown(value)}", Encoding.UTF8.GetBytes($"{{{prompt}\"{name}\":{value}}}"));
            }
        }

        yield return ("no prompt", "{\"model\":\"sandbox\"}"u8.ToArray());
        yield return ("17 references", Encoding.ASCII.GetBytes($"{{\"model\":\"sandbox\",\"prompt\":\"x\",\"images\":[{string.Join(',', Enumerable.Repeat(Quoted(Convert.ToBase64String(Pixels.Solid(8, 8, PictureFormat.Png))), 17))}]}}"));
        yield return ("1,000 links in the prompt", Encoding.ASCII.GetBytes($"{{\"prompt\":\"{string.Concat(Enumerable.Repeat("http://127.0.0.1/a.png ", 1000))} x\"}}"));
    }

    /// <summary>Base64 of things that are no pictures, or none that may be decoded; sent in each place that takes one.</summary>
    public static IEnumerable<(string Name, byte[] Body)> Pictures()
    {
        var png = Pixels.Solid(300, 200, PictureFormat.Png);
        var jpeg = Pixels.Solid(300, 200, PictureFormat.Jpeg);
        foreach (var (name, bytes) in new (string, byte[])[]
        {
            ("text", "hello, I am no picture at all"u8.ToArray()),
            ("svg", "<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'/>"u8.ToArray()),
            ("html", "<html><body>x</body></html>"u8.ToArray()),
            ("pdf", "%PDF-1.7\n%..."u8.ToArray()),
            ("zip", [0x50, 0x4b, 3, 4, .. Noise(100)]),
            ("noise", Noise(200_000)),
            ("png signature alone", png[..8]),
            ("png header alone", png[..33]),
            ("png cut in half", png[..(png.Length / 2)]),
            ("png without its end", png[..^16]),
            ("jpeg start alone", jpeg[..2]),
            ("jpeg cut in half", jpeg[..(jpeg.Length / 2)]),
            ("png of 30,000 x 30,000", PngHeader(30_000, 30_000)),
            ("png of 2^31 x 2^31", PngHeader(0x7fffffff, 0x7fffffff)),
            ("png of 0 x 0", PngHeader(0, 0)),
            ("png with a broken body", [.. png[..40], .. Noise(500)]),
            ("webp start alone", [.. "RIFF"u8, 4, 0, 0, 0, .. "WEBP"u8]),
            ("gif start alone", [.. "GIF89a"u8, 0xff, 0xff, 0xff, 0xff, 0, 0, 0]),
            ("bmp", [.. "BM"u8, .. Noise(60)]),
            ("tiff", [0x49, 0x49, 0x2a, 0, 8, 0, 0, 0]),
            ("26 MB", new byte[26 * 1024 * 1024]),
        })
        {
            var text = Convert.ToBase64String(bytes);
            yield return ($"{name} in image", Encoding.ASCII.GetBytes($"{{\"prompt\":\"x\",\"image\":\"{text}\"}}"));
            if (bytes.Length > 1024 * 1024)
            {
                continue;
            }

            yield return ($"{name} in input_image as a data URI", Encoding.ASCII.GetBytes($"{{\"prompt\":\"x\",\"input_image\":\"data:image/png;base64,{text}\"}}"));
            yield return ($"{name} at the prompt's head", Encoding.ASCII.GetBytes($"{{\"prompt\":\"data:image/png;base64,{text} x\"}}"));
            yield return ($"{name} second in images", Encoding.ASCII.GetBytes($"{{\"prompt\":\"x\",\"images\":[\"{Convert.ToBase64String(png)}\",\"{text}\"]}}"));
            yield return ($"{name} as mask", Encoding.ASCII.GetBytes($"{{\"model\":\"sandbox\",\"prompt\":\"x\",\"image\":\"{Convert.ToBase64String(png)}\",\"mask\":\"{text}\"}}"));
        }

        yield return ("60 MB", Encoding.ASCII.GetBytes($"{{\"prompt\":\"x\",\"image\":\"{new string('A', 60_000_000)}\"}}"));
        yield return ("base64 with a hole", Encoding.ASCII.GetBytes($"{{\"prompt\":\"x\",\"image\":\"{new string('A', 100_000)}!{new string('A', 100_000)}\"}}"));
        yield return ("long base64 that is no picture, and bad JSON behind it", Encoding.ASCII.GetBytes($"{{\"prompt\":\"x\",\"image\":\"{new string('A', 200_000)}\",}}"));
        yield return ("long base64, cut", Encoding.ASCII.GetBytes($"{{\"prompt\":\"x\",\"image\":\"{new string('A', 200_000)}"));
        yield return ("long base64 in a strange place", Encoding.ASCII.GetBytes($"{{\"prompt\":\"x\",\"seed\":\"{new string('A', 200_000)}\"}}"));
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text);

    private static string Shown(string text) => text.Length <= 60 ? text : $"{text[..30]}… ({text.Length})";

    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    // A valid signature and IHDR; the pixels would be elsewhere.
    private static byte[] PngHeader(uint width, uint height)
    {
        byte[] chunk = [.. "IHDR"u8, .. BigEndian(width), .. BigEndian(height), 8, 6, 0, 0, 0];
        return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, .. BigEndian(13), .. chunk, .. BigEndian(Crc(chunk)), .. BigEndian(0), .. "IDAT"u8, .. BigEndian(Crc("IDAT"u8)), .. BigEndian(0), .. "IEND"u8, .. BigEndian(Crc("IEND"u8))];
    }

    private static byte[] BigEndian(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xffffffffu;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xedb88320u);
            }
        }

        return ~crc;
    }
}
