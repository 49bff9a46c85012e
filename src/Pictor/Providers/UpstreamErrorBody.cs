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

    /// <summary>True for JSON that says something, as a vendor's software does; a proxy in between may write such JSON too.</summary>
    public bool IsVendors { get; private init; }

    /// <summary>True for an object <c>error</c> with a message: OpenAI's shape, and that of its relays.</summary>
    public bool IsErrorObject { get; private init; }

    /// <summary>True for a code of one word in <c>error</c> and a <c>message</c> beside it.</summary>
    public bool IsErrorCode { get; private init; }

    /// <summary>True where <c>detail</c> says something.</summary>
    public bool HasDetail { get; private init; }

    /// <summary>The <c>type</c> of the first entry of <c>detail</c>.</summary>
    public string? DetailType { get; private init; }

    private int? ProblemStatus { get; init; }

    /// <summary>True for a problem document about this status: title, detail and the status itself.</summary>
    public bool IsProblem(int status) => ProblemStatus == status;

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
                JsonValueKind.String => new() { Message = document.RootElement.Text() ?? "" },
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
        var detail = root.Member("detail");
        var error = root.Member("error");
        var first = detail.ValueKind == JsonValueKind.Array ? detail.EnumerateArray().FirstOrDefault() : detail;
        var said = detail.ValueKind == JsonValueKind.Array
            ? string.Join("; ", detail.EnumerateArray().Select(Entry).Where(text => text is not null).Take(3))
            : Entry(detail);
        string?[] messages =
        [
            said,
            error.Member("message").Text(),
            root.Member("message").Text(),
            error.Text(),
            root.Member("title").Text(),
            root.Member("msg").Text(),
            root.Member("err").Text(),
            root.Member("error_msg").Text(),
        ];
        return new UpstreamErrorBody
        {
            Message = messages.FirstOrDefault(Says) ?? "",
            Code = first.Member("type").Text() ?? error.Member("code").Text() ?? error.Member("type").Text() ?? root.Member("error_type").Text() ?? root.Member("code").Text() ?? error.Text(),
            Field = Location(first.Member("loc")) ?? (error.Member("param").Text() is { Length: > 0 } param ? param : null) ?? Invalid(root.Member("invalid_fields")),
            RetryAfter = Seconds(root.Member("retry_after")),
            IsVendors = messages.Any(Says),
            IsErrorObject = Says(error.Member("message").Text()),
            IsErrorCode = error.Text() is { Length: > 0 } code && !code.Any(char.IsWhiteSpace) && Says(root.Member("message").Text()),
            HasDetail = Says(said),
            DetailType = first.Member("type").Text(),
            ProblemStatus = Says(said) && Says(root.Member("title").Text()) && root.Member("status") is { ValueKind: JsonValueKind.Number } status && status.TryGetInt32(out var number) ? number : null,
        };
    }

    private static bool Says(string? text) => !string.IsNullOrWhiteSpace(text);

    private static string? Entry(JsonElement entry) => entry.Text() ?? entry.Member("msg").Text() ?? entry.Member("message").Text();

    private static string? Location(JsonElement loc) =>
        loc.ValueKind == JsonValueKind.Array ? loc.EnumerateArray().Select(LenientJson.Text).LastOrDefault(name => name is not null and not "body") : null;

    private static string? Invalid(JsonElement fields) =>
        fields.ValueKind == JsonValueKind.Array && fields.EnumerateArray().FirstOrDefault().Member("field").Text() is { } field ? field.Split('.')[^1] : null;

    private static TimeSpan? Seconds(JsonElement element) =>
        double.TryParse(element.TextOrNumber(), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and <= 86_400 ? TimeSpan.FromSeconds(seconds) : null;

    private static string Plain(ReadOnlySpan<byte> body)
    {
        var text = body.TrimStart(" \t\r\n"u8);
        return text.IsEmpty || text[0] is (byte)'<' or (byte)'{' or (byte)'[' || text.Length > LongestPlain ? "" : Encoding.UTF8.GetString(text);
    }
}
