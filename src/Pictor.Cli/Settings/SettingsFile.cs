using System.Text.Json;
using System.Text.Json.Nodes;
using Pictor.Cli.Pictures;

namespace Pictor.Cli.Settings;

/// <summary>The user's own settings: one flat JSON object, readable by its owner only, since it may hold a key.</summary>
internal static class SettingsFile
{
    public static string PathFor(Func<string, string?> environment)
    {
        if (environment("PICTOR_SETTINGS") is { Length: > 0 } chosen)
        {
            return chosen;
        }

        var home = environment("XDG_CONFIG_HOME") is { Length: > 0 } config ? config
            : OperatingSystem.IsWindows() && environment("APPDATA") is { Length: > 0 } roaming ? roaming
            : Path.Combine(environment("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config");
        return Path.Combine(home, "pictor", "settings.json");
    }

    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in Load(path))
        {
            if (value is not null)
            {
                values[name] = value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToString();
            }
        }

        return values;
    }

    /// <summary>Sets one value, or takes it away when it is null.</summary>
    public static void Write(string path, string name, string? value)
    {
        var settings = Load(path);
        if (value is null)
        {
            settings.Remove(name);
        }
        else
        {
            settings[name] = value;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        WholeFile.Write(path, JsonText.Indented(settings), ownerOnly: true);
    }

    private static JsonObject Load(string path)
    {
        try
        {
            return File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? throw new JsonException("not an object") : [];
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            throw CliException.Usage($"The settings file {path} cannot be read: {fault.Message}");
        }
    }
}
