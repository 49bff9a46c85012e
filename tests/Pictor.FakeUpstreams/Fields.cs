using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pictor.FakeUpstreams;

/// <summary>
/// Checks a JSON body as a strict vendor does and remembers the first fault. A member that nobody asked about is a fault too: the
/// real vendors drop such members without a word, and then a parameter is lost.
/// </summary>
internal sealed partial class Fields(JsonObject json)
{
    private static readonly byte[][] Beginnings = [[0x89, 0x50, 0x4E, 0x47], [0xFF, 0xD8, 0xFF], "RIFF"u8.ToArray()];

    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    /// <summary>Which member is at fault.</summary>
    public string? Field { get; private set; }

    /// <summary>What is wrong with it.</summary>
    public string? Message { get; private set; }

    /// <summary>Call it last: what was not asked about is a fault.</summary>
    public bool HasFault()
    {
        foreach (var member in json)
        {
            if (!_asked.Contains(member.Key))
            {
                Fault(member.Key, "this endpoint has no such field");
            }
        }

        return Field is not null;
    }

    public string? Text(string name, bool isRequired = false, params string[] oneOf)
    {
        if (!Has(name, JsonValueKind.String, isRequired))
        {
            return null;
        }

        var text = (string)json[name]!;
        if (oneOf.Length > 0 && !oneOf.Contains(text))
        {
            Fault(name, $"must be one of {string.Join(", ", oneOf)}");
        }

        return text;
    }

    public long? Number(string name, long least, long most, int multiple = 1)
    {
        if (!Has(name, JsonValueKind.Number, isRequired: false))
        {
            return null;
        }

        if (!json[name]!.AsValue().TryGetValue<long>(out var number) || number < least || number > most || number % multiple != 0)
        {
            Fault(name, $"must be a whole number from {least} to {most}, divisible by {multiple}");
            return null;
        }

        return number;
    }

    public bool? Boolean(string name)
    {
        _asked.Add(name);
        if (json[name] is not { } node)
        {
            return null;
        }

        if (node.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False))
        {
            Fault(name, "must be true or false");
            return null;
        }

        return (bool)node;
    }

    /// <summary><c>W:H</c> from 9:21 to 21:9.</summary>
    public double? Ratio(string name)
    {
        var match = RatioText().Match(Text(name) ?? "1:1");
        var ratio = match.Success ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) / double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) : double.NaN;
        if (!(ratio >= (9 / 21.0) - 1e-9 && ratio <= (21 / 9.0) + 1e-9))
        {
            Fault(name, "must be W:H from 9:21 to 21:9");
        }

        return json[name] is null ? null : ratio;
    }

    /// <summary>How links to files begin that were uploaded before; null where a vendor has none.</summary>
    public string? FilesAt { get; init; }

    /// <summary>A picture as bare base64 or as a data URI, whichever the vendor takes; the bytes have to be a picture's.</summary>
    public bool Picture(string name, bool isDataUri, bool isRequired = false)
    {
        var text = Text(name, isRequired);
        if (text is not null && !(FilesAt is not null && text.StartsWith(FilesAt, StringComparison.Ordinal)) && !IsPicture(text, isDataUri))
        {
            Fault(name, isDataUri ? "must be a data URI with a picture" : "must be a picture in base64");
        }

        return text is not null;
    }

    /// <summary>An array of data URIs.</summary>
    public int Pictures(string name, bool isRequired)
    {
        if (!Has(name, JsonValueKind.Array, isRequired))
        {
            return 0;
        }

        var items = json[name]!.AsArray();
        if (items.Count == 0 || !items.All(item => item is JsonValue value && value.TryGetValue<string>(out var text) && IsPicture(text, isDataUri: true)))
        {
            Fault(name, "must be data URIs with pictures");
        }

        return items.Count;
    }

    /// <summary>An object that is a member.</summary>
    public Fields? Object(string name) => Has(name, JsonValueKind.Object, isRequired: false) ? new Fields(json[name]!.AsObject()) : null;

    public void Fault(string field, string message)
    {
        Field ??= field;
        Message ??= message;
    }

    private bool Has(string name, JsonValueKind kind, bool isRequired)
    {
        _asked.Add(name);
        if (json[name] is not { } node)
        {
            if (isRequired)
            {
                Fault(name, "is required");
            }

            return false;
        }

        if (node.GetValueKind() != kind)
        {
            Fault(name, $"must be a {kind}");
            return false;
        }

        return true;
    }

    private static bool IsPicture(string text, bool isDataUri)
    {
        if (isDataUri)
        {
            var match = DataUri().Match(text);
            if (!match.Success)
            {
                return false;
            }

            text = text[match.Length..];
        }

        try
        {
            var bytes = Convert.FromBase64String(text);
            return Beginnings.Any(beginning => bytes.AsSpan().StartsWith(beginning));
        }
        catch (FormatException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^([1-9]\d{0,3}):([1-9]\d{0,3})$")]
    private static partial Regex RatioText();

    [GeneratedRegex("^data:image/(png|jpeg|webp);base64,")]
    private static partial Regex DataUri();
}
