using System.Globalization;
using System.Text;

namespace Pictor.Tests.Docs;

/// <summary>docs/configuration.md: every setting with its default.</summary>
internal static class ConfigurationPage
{
    private const string Start = """
        # Settings

        <!-- Made from the option types by tests/Pictor.Tests/Docs. Change the code, then: PICTOR_WRITE_DOCS=1 dotnet test tests/Pictor.Tests --filter GeneratedDocs -->

        Nothing has to be set. Every setting has a default, and all mistakes are printed at once at start, each with its path; a name below `Pictor`
        that no setting has is one of them. `Pictor settings` prints what holds and where it comes from, without secrets.

        ## Where settings come from

        Later ones win:

        1. `appsettings.json` beside the executable
        2. `pictor.json` in the working folder; `pictor.schema.json` at the root of the repository lets an editor check it
        3. environment variables; `:` is written `__`: `Pictor:Jobs:Concurrent` is `Pictor__Jobs__Concurrent`
        4. the command line: `--Pictor:Jobs:Concurrent=64`

        ```json
        {
          "Pictor": {
            "Data": "/var/lib/pictor",
            "Assets": { "PublicUrl": "https://pictures.example.com", "Keep": "30.00:00:00" }
          }
        }
        ```

        A time is written `hh:mm:ss` or `days.hh:mm:ss`: `00:00:30` is half a minute, `7.00:00:00` a week. Things with an identity
        are objects by id, so that each can be set and overridden alone. The id is yours to choose. A change needs a restart.

        ## Outside the section `Pictor`

        | Variable | What |
        |---|---|
        | `ASPNETCORE_URLS` | Where it listens, `http://127.0.0.1:5080` unless set. Several are separated by semicolons. |
        | `PICTOR_ADMIN_KEY` | The first admin key, 20 characters or more, or `file:PATH` of it. Without it one is made at the first start. |
        | `PICTOR_MASTER_KEY` | 64 hexadecimal digits, or `file:PATH` of them. Without it `master.key` in the data folder is used, and made at the first start. |
        | `Logging__LogLevel__Default` | `Information` unless set; the levels and categories are those of .NET. |

        """;

    public static string Write()
    {
        var page = new StringBuilder(Start);
        foreach (var section in SettingsTree.Sections)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {section.Path.Replace("<id>", "\\<id\\>", StringComparison.Ordinal)}\n\n{section.Summary}\n\n");
            page.Append("| Setting | Kind | Default | What |\n|---|---|---|---|\n");
            foreach (var setting in section.Settings)
            {
                page.Append(CultureInfo.InvariantCulture, $"| `{setting.Variable}` | {Kind(setting)} | {setting.Default} | {setting.Description.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
            }
        }

        return page.ToString().ReplaceLineEndings("\n");
    }

    private static string Kind(Setting setting) =>
        setting.Range is { } range ? string.Create(CultureInfo.InvariantCulture, $"{setting.Kind}, {range.Minimum} to {range.Maximum}") : setting.Kind;
}
