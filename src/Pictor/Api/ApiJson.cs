using System.Text.Encodings.Web;
using System.Text.Json;
using Pictor.Errors;
using Pictor.Images;

namespace Pictor.Api;

/// <summary>How bodies are read and answers written: strict where money could slip through, lenient where clients differ.</summary>
internal static class ApiJson
{
    private static readonly JsonDocumentOptions Reading = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>Links stay readable: <c>&amp;</c> is not escaped, the media type keeps browsers from reading it as HTML.</summary>
    public static JsonWriterOptions Writing { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = false };

    /// <summary>Reads a whole body that must be a JSON object.</summary>
    /// <exception cref="GatewayException"><see cref="ErrorKind.InvalidJson"/> or <see cref="ErrorKind.InvalidRequest"/>.</exception>
    public static JsonDocument ReadObject(ReadOnlyMemory<byte> body)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body, Reading);
        }
        catch (JsonException fault)
        {
            throw new GatewayException(new GatewayError(ErrorKind.InvalidJson, Explain(body.Span, fault)), fault);
        }
        catch (InvalidOperationException fault)
        {
            // The look for doubled keys reads them as text, and a lone surrogate is none.
            throw new GatewayException(new GatewayError(ErrorKind.InvalidJson, "A key of the body is not valid Unicode text."), fault);
        }

        try
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new GatewayException(ErrorKind.InvalidJson, "The body must be a JSON object.");
            }

            CheckTexts(document.RootElement, param: null);
            return document;
        }
        catch
        {
            document.Dispose();
            throw;
        }
    }

    /// <summary>Adds the members of a body to the fields: the top level first, then the members of a nested <c>extra_body</c>.</summary>
    public static void AddTo(RequestFields fields, JsonElement body)
    {
        foreach (var member in body.EnumerateObject().Where(member => member.Name != "extra_body"))
        {
            fields.Add(member.Name, new FieldValue(member.Value));
        }

        if (body.TryGetProperty("extra_body", out var extra) && extra.ValueKind != JsonValueKind.Null)
        {
            if (extra.ValueKind != JsonValueKind.Object)
            {
                throw RequestRules.Invalid("extra_body must be an object", "extra_body");
            }

            foreach (var member in extra.EnumerateObject())
            {
                fields.Add(member.Name, new FieldValue(member.Value));
            }
        }
    }

    // Lone surrogates and bad UTF-8 pass the parser and fail when the text is taken out; NUL fails in databases.
    private static void CheckTexts(JsonElement element, string? param)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    var name = Text(() => member.Name, "A key of the body");
                    CheckTexts(member.Value, param ?? name);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    CheckTexts(item, param);
                }

                break;
            case JsonValueKind.String:
                Text(() => element.GetString()!, param ?? "A text", param);
                break;
        }
    }

    private static string Text(Func<string> read, string what, string? param = null)
    {
        try
        {
            var text = read();
            return text.Contains('\0')
                ? throw new GatewayException(ErrorKind.InvalidRequest, $"{what} must not contain a NUL character.", param)
                : text;
        }
        catch (InvalidOperationException fault)
        {
            throw new GatewayException(new GatewayError(ErrorKind.InvalidJson, $"{what} is not valid Unicode text.", param), fault);
        }
    }

    private static string Explain(ReadOnlySpan<byte> body, JsonException fault)
    {
        var text = body.TrimStart(" \t\r\n"u8);
        if (text.IsEmpty)
        {
            return "The body is empty; it must be a JSON object.";
        }

        if (text[0] == (byte)'{' && text[1..].TrimStart(" \t\r\n\\"u8) is { IsEmpty: false } rest && (char.IsAsciiLetter((char)rest[0]) || rest[0] == (byte)'\''))
        {
            return "The body is not valid JSON: its keys have no double quotes. Windows PowerShell strips them from arguments of curl.exe; put the JSON in a file and send it with --data-binary \"@body.json\".";
        }

        if (fault.LineNumber is null)
        {
            // Only what is found behind the reading of the text has no place in it.
            return "The body is not valid JSON: an object in it has a key twice.";
        }

        return $"The body is not valid JSON (line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}).";
    }
}
