using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Pictor.Providers;

/// <summary>What an upstream says in the body of a failed answer, whichever of the known shapes it has. All of it is a stranger's text.</summary>
internal sealed record UpstreamErrorBody
{
    private const int LongestPlain = 2000;

    /// <summary>The vendor's own words, uncleaned; empty when there are none.</summary>
    public string Message { get; private init; } = "";

    /// <summary>The code or type it gives.</summary>
    public string? Code { get; private init; }

    /// <summary>The last name of the field that is at fault.</summary>
    public string? Field { get; private init; }

    /// <summary>How long to wait, where the body says so.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>True for a JSON body in a shape that the vendor's own software writes; false for the page of a proxy in between.</summary>
    public bool IsVendors { get; private init; }

    /// <summary>True when code or message hold one of the words, ignoring case.</summary>
    public bool Says(params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (Message.Contains(word, StringComparison.OrdinalIgnoreCase) || Code?.Contains(word, StringComparison.OrdinalIgnoreCase) == true)
            {
                return true;
            }
        }

        return false;
    }

    public static UpstreamErrorBody Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind switch
            {
                JsonValueKind.Object => Read(document.RootElement),
                JsonValueKind.String => new() { Message = Text(document.RootElement) ?? "" },
                _ => new(),
            };
        }
        catch (JsonException)
        {
            return new() { Message = Plain(body.Span) };
        }
    }

    /// <summary>Reads an object that is part of a larger answer.</summary>
    public static UpstreamErrorBody Read(JsonElement root)
    {
        var detail = Member(root, "detail");
        var error = Member(root, "error");
        var first = detail.ValueKind == JsonValueKind.Array ? detail.EnumerateArray().FirstOrDefault() : detail;
        string?[] messages =
        [
            detail.ValueKind == JsonValueKind.Array
                ? string.Join("; ", detail.EnumerateArray().Select(Entry).Where(text => text is not null).Take(3))
                : Text(detail) ?? Entry(detail),
            Text(Member(error, "message")),
            Text(Member(root, "message")),
            Text(error),
            Text(Member(root, "title")),
            Text(Member(root, "msg")),
            Text(Member(root, "err")),
            Text(Member(root, "error_msg")),
        ];
        return new UpstreamErrorBody
        {
            Message = messages.FirstOrDefault(text => !string.IsNullOrWhiteSpace(text)) ?? "",
            Code = Text(Member(first, "type")) ?? Text(Member(error, "code")) ?? Text(Member(error, "type")) ?? Text(Member(root, "error_type")) ?? Text(Member(root, "code")) ?? Text(error),
            Field = Location(Member(first, "loc")) ?? (Text(Member(error, "param")) is { Length: > 0 } param ? param : null) ?? Invalid(Member(root, "invalid_fields")),
            RetryAfter = Seconds(Member(root, "retry_after")),
            IsVendors = messages.Any(text => !string.IsNullOrWhiteSpace(text)),
        };
    }

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    private static string? Entry(JsonElement entry) => Text(entry) ?? Text(Member(entry, "msg")) ?? Text(Member(entry, "message"));

    private static string? Text(JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Bytes that are no Unicode text pass the parser and fail here.
            return null;
        }
    }

    private static string? Location(JsonElement loc) =>
        loc.ValueKind == JsonValueKind.Array ? loc.EnumerateArray().Select(Text).LastOrDefault(name => name is not null and not "body") : null;

    private static string? Invalid(JsonElement fields) =>
        fields.ValueKind == JsonValueKind.Array && Text(Member(fields.EnumerateArray().FirstOrDefault(), "field")) is { } field ? field.Split('.')[^1] : null;

    private static TimeSpan? Seconds(JsonElement element)
    {
        var text = element.ValueKind == JsonValueKind.Number ? element.GetRawText() : Text(element);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and <= 86_400 ? TimeSpan.FromSeconds(seconds) : null;
    }

    private static string Plain(ReadOnlySpan<byte> body)
    {
        var text = body.TrimStart(" \t\r\n"u8);
        return text.IsEmpty || text[0] is (byte)'<' or (byte)'{' or (byte)'[' || text.Length > LongestPlain ? "" : Encoding.UTF8.GetString(text);
    }
}
