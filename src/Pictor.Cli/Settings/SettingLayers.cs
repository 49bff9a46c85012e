namespace Pictor.Cli.Settings;

/// <summary>A value and where it was found, for <c>pictor config</c>.</summary>
internal sealed record Setting(string Value, string Source, string Variable);

/// <summary>Looks a setting up: flag, then environment, then <c>./.env</c>, then the settings file.</summary>
internal sealed class SettingLayers
{
    private readonly Func<string, string?> _environment;
    private readonly IReadOnlyDictionary<string, string> _dotEnv;
    private readonly IReadOnlyDictionary<string, string> _file;

    public SettingLayers(Surroundings surroundings)
    {
        _environment = surroundings.Environment;
        _dotEnv = DotEnvFile.Read(Path.Combine(surroundings.Folder, ".env"));
        FilePath = SettingsFile.PathFor(surroundings.Environment);
        _file = SettingsFile.Read(FilePath);
    }

    public string FilePath { get; }

    public Setting? Find(SettingName name, string? flag)
    {
        if (flag is not null)
        {
            return new Setting(flag, "flag", name.Name);
        }

        return Layers(name).FirstOrDefault();
    }

    /// <summary>
    /// The key for an address. A key that stands beside the address under the same family of names goes before one of
    /// another family: a key for one place must not be sent to another.
    /// </summary>
    public Setting? FindKey(string? flag, Setting? address)
    {
        var found = Find(SettingName.ApiKey, flag);
        if (flag is not null || address is null || found is null)
        {
            return found;
        }

        var family = Family(address.Variable);
        if (family.Length == 0 || Family(found.Variable) == family)
        {
            return found;
        }

        return Layers(SettingName.ApiKey).FirstOrDefault(key => key.Source == address.Source && Family(key.Variable) == family) ?? found;
    }

    private static string Family(string variable) =>
        variable.StartsWith("PICTOR_", StringComparison.Ordinal) ? "PICTOR"
        : variable.StartsWith("OPENAI_", StringComparison.Ordinal) ? "OPENAI"
        : variable.StartsWith("NEW_API_", StringComparison.Ordinal) ? "NEW_API" : "";

    private IEnumerable<Setting> Layers(SettingName name)
    {
        foreach (var variable in name.Variables)
        {
            if (_environment(variable) is { } value && !string.IsNullOrWhiteSpace(value))
            {
                yield return new Setting(value.Trim(), "environment", variable);
            }
        }

        foreach (var variable in name.Variables)
        {
            if (_dotEnv.TryGetValue(variable, out var value) && value.Length > 0)
            {
                yield return new Setting(value, ".env", variable);
            }
        }

        if (_file.TryGetValue(name.Name, out var kept) && kept.Length > 0)
        {
            yield return new Setting(kept, "settings file", name.Name);
        }
    }
}
