using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pictor.Cli.Settings;

namespace Pictor.Cli.Commands;

/// <summary>The parameters of a picture as options, and the JSON body that they make.</summary>
internal sealed class ImageOptions
{
    private readonly (string Name, Option<string?> Option)[] _texts =
    [
        ("quality", Text("--quality", "as the model's vendor defines it; left out when the model refuses it")),
        ("style", Text("--style", "as the model's vendor defines it")),
        ("background", Text("--background", "transparent, opaque, auto")),
        ("moderation", Text("--moderation", "auto, low")),
        ("input_fidelity", Text("--input-fidelity", "high, low")),
        ("output_format", Text("--output-format", "jpeg, png, webp", "--format")),
        ("response_format", Text("--response-format", "url, b64_json")),
        ("user", Text("--user", "your user, for the vendor's abuse checks")),
        ("webhook_url", Text("--webhook-url", "told when the job has ended")),
        ("webhook_secret", Text("--webhook-secret", "signs what is sent there")),
    ];

    private readonly (string Name, Option<long?> Option)[] _numbers =
    [
        ("seed", Number("--seed", "0 to 4294967295")),
        ("safety_tolerance", Number("--safety-tolerance", "0 (strict) to 6", "--safety")),
        ("output_compression", Number("--output-compression", "0 to 100")),
        ("url_expires_in", Number("--url-expires-in", "seconds that links live, 60 to 604800")),
        ("partial_images", Number("--partial-images", "0 to 3")),
    ];

    private readonly (string Name, Option<bool?> Option)[] _switches =
    [
        ("prompt_upsampling", Switch("--prompt-upsampling", "let the vendor embellish the prompt", "--upsample")),
        ("watermark", Switch("--watermark", "true or false")),
    ];

    public Option<string?> Model { get; } = new("--model", "-m") { Description = "a name from: pictor models", HelpName = "NAME" };

    public Option<string?> Ratio { get; } = new("--ratio", "--aspect-ratio") { Description = "16:9", HelpName = "W:H" };

    public Option<string?> Size { get; } = new("--size") { Description = "1024x1024 or auto", HelpName = "WxH" };

    public Option<int?> Count { get; } = new("--count", "-n", "--n") { Description = "pictures, 1 to 10", HelpName = "N" };

    public Option<string?> Use { get; } = new("--for") { Description = "a use, which gives the ratio: " + string.Join(", ", Uses.Names), HelpName = "USE" };

    public Option<string[]> Parameters { get; } = new("--param", "-p") { Description = "any other parameter; may be repeated", HelpName = "KEY=VALUE" };

    public Option<bool> Strict { get; } = new("--strict") { Description = "refuse instead of adapting (Pictor)" };

    public void AddTo(Command command)
    {
        Use.AcceptOnlyFromAmong([.. Uses.Names]);
        foreach (Option option in (IEnumerable<Option>)[Model, Ratio, Size, Count, Use, .. _numbers.Select(n => n.Option), .. _texts.Select(t => t.Option), .. _switches.Select(s => s.Option), Parameters, Strict])
        {
            command.Add(option);
        }
    }

    /// <summary>The parameters that were given, by flag or by setting; the prompt and pictures are not among them.</summary>
    public JsonObject ToBody(Session session)
    {
        var line = session.Line;
        var body = new JsonObject();
        if (session.Find(SettingName.Model, line.GetValue(Model)) is { } model)
        {
            body["model"] = model;
        }

        AddShape(session, body);
        var count = session.Find(SettingName.Count, line.GetValue(Count)?.ToString(CultureInfo.InvariantCulture));
        if (count is not null)
        {
            body["n"] = int.TryParse(count, out var n) && n is >= 1 and <= 10 ? n : throw CliException.Usage($"The number of pictures is 1 to 10, and not '{count}'.");
        }

        foreach (var (name, option) in _numbers)
        {
            if (line.GetValue(option) is { } number)
            {
                body[name] = number;
            }
        }

        foreach (var (name, option) in _texts)
        {
            if (line.GetValue(option) is { } text)
            {
                body[name] = text;
            }
        }

        foreach (var (name, option) in _switches)
        {
            if (line.GetValue(option) is { } on)
            {
                body[name] = on;
            }
        }

        foreach (var parameter in line.GetValue(Parameters) ?? [])
        {
            var equals = parameter.IndexOf('=', StringComparison.Ordinal);
            body[equals > 0 ? parameter[..equals].Trim() : throw CliException.Usage($"-p takes KEY=VALUE, and not '{parameter}'.")] = ParameterValue(parameter[(equals + 1)..]);
        }

        return body;
    }

    /// <summary>A value as it is meant: numbers, true and false, JSON, else text. Quotes make a number a text.</summary>
    public static JsonNode? ParameterValue(string text)
    {
        var value = text.Trim();
        if (value is "true" or "false" or "null" || (value.Length > 0 && (value[0] is '{' or '[' or '"' || (long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) && value[0] != '+') || IsDecimal(value))))
        {
            try
            {
                return JsonNode.Parse(value);
            }
            catch (JsonException) when (value[0] is '{' or '[')
            {
                throw CliException.Usage($"'{value}' is no JSON. Windows PowerShell takes the quotes out of arguments: write \\\" for each, or put the value in a file.");
            }
            catch (JsonException)
            {
                // 007 and the like: text.
            }
        }

        return text;
    }

    private static bool IsDecimal(string value) =>
        value[0] is '-' or (>= '0' and <= '9') && decimal.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _);

    private void AddShape(Session session, JsonObject body)
    {
        var line = session.Line;
        var ratio = line.GetValue(Ratio) ?? (line.GetValue(Use) is { } use ? Uses.RatioOf(use) : null);
        if (ratio is not null)
        {
            body["aspect_ratio"] = ratio;
        }

        // A size from the settings is a default; one from the line is a wish, also beside a ratio.
        var size = line.GetValue(Size) ?? (ratio is null ? session.Find(SettingName.Size, null) : null);
        if (size is not null)
        {
            body["size"] = size;
        }
    }

    private static Option<string?> Text(string name, string description, params string[] aliases) => new(name, aliases) { Description = description, HelpName = "TEXT" };

    private static Option<long?> Number(string name, string description, params string[] aliases) => new(name, aliases) { Description = description, HelpName = "N" };

    private static Option<bool?> Switch(string name, string description, params string[] aliases) => new(name, aliases) { Description = description, HelpName = "true|false" };
}
