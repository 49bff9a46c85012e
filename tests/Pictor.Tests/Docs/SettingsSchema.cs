using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pictor.Tests.Docs;

/// <summary>pictor.schema.json: what an editor needs to check and complete a <c>pictor.json</c>.</summary>
internal static class SettingsSchema
{
    private const string Time = @"^(\d+\.)?\d{1,2}:\d{2}(:\d{2}(\.\d{1,7})?)?$";
    private static readonly JsonSerializerOptions Writing = new() { WriteIndented = true, IndentSize = 2, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write()
    {
        var root = Section("The settings of Pictor; docs/configuration.md explains them.");
        root["properties"]!["$schema"] = new JsonObject { ["type"] = "string" };
        root["additionalProperties"] = true;
        foreach (var section in SettingsTree.Sections)
        {
            var target = Find(root, section.Path.Split(':'), section.Summary);
            foreach (var setting in section.Settings)
            {
                var parts = setting.Path.Split(':');
                var isById = parts[^1] == "<id>";
                var name = parts[isById ? ^2 : ^1];
                var place = setting.Path.StartsWith(section.Path, StringComparison.Ordinal) ? target : Find(root, parts[..^1], summary: null);
                place["properties"]![name] = isById
                    ? new JsonObject { ["description"] = setting.Description, ["type"] = "object", ["additionalProperties"] = Value(setting, isDescribed: false) }
                    : Value(setting, isDescribed: true);
            }
        }

        var schema = new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["title"] = "pictor.json" };
        foreach (var (name, value) in root.ToList())
        {
            root.Remove(name);
            schema[name] = value;
        }

        return schema.ToJsonString(Writing) + "\n";
    }

    private static JsonObject Find(JsonObject root, string[] path, string? summary)
    {
        var place = root;
        foreach (var part in path)
        {
            if (part == "<id>")
            {
                // A provider's own settings stand beside the common ones of a channel.
                place["additionalProperties"] = place["additionalProperties"] as JsonObject ?? Section(description: null, isOpen: true);
                place = (JsonObject)place["additionalProperties"]!;
            }
            else
            {
                var properties = (JsonObject)place["properties"]!;
                properties[part] ??= Section(description: null);
                place = (JsonObject)properties[part]!;
            }
        }

        if (summary is not null)
        {
            place["description"] = summary;
        }

        return place;
    }

    private static JsonObject Section(string? description, bool isOpen = false)
    {
        var section = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject(), ["additionalProperties"] = isOpen };
        if (description is not null)
        {
            section["description"] = description;
        }

        return section;
    }

    private static JsonObject Value(Setting setting, bool isDescribed)
    {
        var value = new JsonObject();
        if (isDescribed)
        {
            value["description"] = setting.Description;
        }

        if (setting.Type.IsEnum)
        {
            value["enum"] = new JsonArray([.. Enum.GetNames(setting.Type).Select(name => JsonValue.Create(name))]);
        }
        else
        {
            value["type"] = setting.Type == typeof(bool) ? "boolean"
                : setting.Type == typeof(int) || setting.Type == typeof(long) ? "integer"
                : setting.Type == typeof(double) || setting.Type == typeof(decimal) ? "number" : "string";
        }

        if (setting.Type == typeof(TimeSpan))
        {
            value["pattern"] = Time;
        }

        if (setting.Range is { } range)
        {
            value["minimum"] = JsonSerializer.SerializeToNode(range.Minimum);
            value["maximum"] = JsonSerializer.SerializeToNode(range.Maximum);
        }

        if (setting.Value is { } standard and not "")
        {
            value["default"] = setting.Type.IsEnum ? standard.ToString() : JsonSerializer.SerializeToNode(standard);
        }

        return value;
    }
}
