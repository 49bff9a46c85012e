using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace Pictor.Images;

/// <summary>
/// The parameters of a request by name, whichever way they came: top level, nested <c>extra_body</c>, form part or query.
/// The first one in wins, so the ways are added in order of precedence.
/// </summary>
internal sealed class RequestFields
{
    private readonly Dictionary<string, FieldValue> _fields = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => _fields.Keys;

    /// <summary>Adds a parameter unless a stronger way brought it already; an explicit null means absent.</summary>
    public void Add(string name, FieldValue value)
    {
        if (!value.IsNull)
        {
            _fields.TryAdd(name, value);
        }
    }

    public void Remove(string name) => _fields.Remove(name);

    public bool TryGet(string name, out FieldValue value) => _fields.TryGetValue(name, out value);
}

/// <summary>One value as it was written: JSON, or the text of a form part or query.</summary>
internal readonly struct FieldValue
{
    private readonly JsonElement _json;
    private readonly string? _text;

    public FieldValue(JsonElement json) => _json = json;

    public FieldValue(string text) => _text = text;

    public bool IsNull => _text is null && _json.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    /// <summary>The items of an array, or the value itself.</summary>
    public IEnumerable<FieldValue> Items =>
        _text is null && _json.ValueKind == JsonValueKind.Array ? _json.EnumerateArray().Select(item => new FieldValue(item)) : [this];

    public bool IsArray => _text is null && _json.ValueKind == JsonValueKind.Array;

    public bool TryText([NotNullWhen(true)] out string? text)
    {
        text = _text ?? (_json.ValueKind == JsonValueKind.String ? _json.GetString() : null);
        return text is not null;
    }

    /// <summary>A whole number; <c>"7"</c> and <c>7.0</c> are 7. What does not fit is saturated, so that range checks see it.</summary>
    public bool TryInteger(out long number)
    {
        number = 0;
        var text = _text ?? _json.ValueKind switch
        {
            JsonValueKind.Number => _json.GetRawText(),
            JsonValueKind.String => _json.GetString(),
            _ => null,
        };
        if (text is null || text.Length > 400)
        {
            return false;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number))
        {
            return true;
        }

        if (!double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var real)
            || double.IsNaN(real)
            || real != Math.Floor(real))
        {
            return false;
        }

        number = real >= long.MaxValue ? long.MaxValue : real <= long.MinValue ? long.MinValue : (long)real;
        return true;
    }

    public bool TryBoolean(out bool value)
    {
        if (_text is null && _json.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            value = _json.ValueKind == JsonValueKind.True;
            return true;
        }

        if (TryText(out var text))
        {
            value = text is "true" or "1" or "True";
            return value || text is "false" or "0" or "False";
        }

        value = false;
        return false;
    }

    /// <summary>The members of an object, or null for anything else.</summary>
    public IEnumerable<(string Name, FieldValue Value)>? Members =>
        _text is null && _json.ValueKind == JsonValueKind.Object ? _json.EnumerateObject().Select(member => (member.Name, new FieldValue(member.Value))) : null;

    /// <summary>The member of an object, or an absent value.</summary>
    public FieldValue Member(string name) =>
        _text is null && _json.ValueKind == JsonValueKind.Object && _json.TryGetProperty(name, out var member) ? new FieldValue(member) : default;

    /// <summary>For warnings and for providers that take parameters beyond the contract.</summary>
    public JsonElement ToJson() => _text is null ? _json.Clone() : JsonDocument.Parse('"' + JsonEncodedText.Encode(_text).ToString() + '"').RootElement;

    public override string ToString() => _text ?? (_json.ValueKind == JsonValueKind.String ? _json.GetString()! : _json.GetRawText());
}
