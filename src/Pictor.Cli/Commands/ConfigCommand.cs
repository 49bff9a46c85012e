using System.CommandLine;
using System.Text.Json.Nodes;
using Pictor.Cli.Settings;

namespace Pictor.Cli.Commands;

/// <summary><c>pictor config</c>: what holds and where it comes from; keeps settings in the settings file.</summary>
internal static class ConfigCommand
{
    public static Command Create(Verbs verbs)
    {
        var command = verbs.Verb(new Command("config", "Settings: what holds and where it comes from; set, unset, path."), Show);
        var name = new Argument<string>("name") { Description = string.Join(", ", SettingName.All.Select(setting => setting.Name)) };
        name.AcceptOnlyFromAmong([.. SettingName.All.Select(setting => setting.Name)]);
        var value = new Argument<string>("value") { Description = "the value, or - to read it from stdin (for keys)" };
        command.Add(verbs.Verb(new Command("set", "Keep a setting.") { name, value }, async session =>
        {
            var text = session.Line.GetRequiredValue(value);
            text = text == "-" ? (await session.Surroundings.ReadLineAsync(session.Now))?.Trim() ?? "" : text;
            if (text.Length == 0)
            {
                throw CliException.Usage("The value is empty.");
            }

            var chosen = session.Line.GetRequiredValue(name);
            if (chosen == SettingName.BaseUrl.Name)
            {
                _ = Address.Parse(text);
            }

            SettingsFile.Write(session.Layers.FilePath, chosen, text);
            session.Screen.Notice($"kept in {session.Layers.FilePath}");
            return ExitCode.Ok;
        }));
        command.Add(verbs.Verb(new Command("unset", "Take a setting away.") { name }, session =>
        {
            SettingsFile.Write(session.Layers.FilePath, session.Line.GetRequiredValue(name), null);
            return ExitCode.Ok;
        }));
        command.Add(verbs.Verb(new Command("path", "Where the settings file is."), session =>
        {
            session.Screen.Result(session.Layers.FilePath);
            return ExitCode.Ok;
        }));
        return command;
    }

    private static int Show(Session session)
    {
        foreach (var name in SettingName.All)
        {
            var setting = name == SettingName.BaseUrl ? session.AddressSetting : name == SettingName.ApiKey ? session.KeySetting : session.Layers.Find(name, null);
            var value = setting?.Value ?? (name == SettingName.BaseUrl ? Address.Default : null);
            value = name == SettingName.ApiKey && value is not null ? Masked(value) : value;
            var source = setting is null ? value is null ? "not set" : "default" : setting.Source == "flag" ? "flag" : $"{setting.Source} ({setting.Variable})";
            if (session.Screen.IsJson)
            {
                session.Screen.Result(new JsonObject { ["name"] = name.Name, ["value"] = value, ["source"] = source });
            }
            else
            {
                session.Screen.Result($"{name.Name,-9} {value ?? "-",-32} {source}");
            }
        }

        return ExitCode.Ok;
    }

    public static string Masked(string key) => key.Length <= 8 ? "…" : $"{key[..4]}…{key[^4..]}";
}
