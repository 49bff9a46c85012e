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
            // Lone surrogates show only here.
            return null;
        }
    }

    /// <summary>A string or a number as it was written, or null.</summary>
    public static string? TextOrNumber(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Number ? element.GetRawText() : element.Text();
}
