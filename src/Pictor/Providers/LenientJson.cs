using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Pictor.Providers;

/// <summary>Reads what a vendor wrote without being surprised by it: another kind of value is as good as none.</summary>
internal static class LenientJson
{
    /// <summary>A member, or nothing where this is no object or has none of that name.</summary>
    public static JsonElement Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    /// <summary>A string, or null.</summary>
    public static string? Text(this JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Lone surrogates show only here, and bytes that are no UTF-8.
            return null;
        }
    }

    /// <summary>A string or a number as it was written, or null.</summary>
    public static string? TextOrNumber(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Number ? element.GetRawText() : element.Text();

    /// <summary>A whole number, or null.</summary>
    public static int? Whole(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var number) ? number : null;

    /// <summary>
    /// A string whatever stands in it, or null. Halves of characters stay as they are: of a text that comes in pieces the other half is
    /// in the next one.
    /// </summary>
    public static string? Words(this JsonElement element) =>
        element.ValueKind == JsonValueKind.String ? element.Text() ?? Unescape(JsonMarshal.GetRawUtf8Value(element)) : null;

    private static string Unescape(ReadOnlySpan<byte> quoted)
    {
        var raw = Encoding.UTF8.GetString(quoted[1..^1]);
        var text = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\')
            {
                text.Append(raw[i]);
            }
            else if (raw[++i] == 'u')
            {
                text.Append((char)ushort.Parse(raw.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                i += 4;
            }
            else
            {
                text.Append(raw[i] switch { 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', var same => same });
            }
        }

        return text.ToString();
    }
}
