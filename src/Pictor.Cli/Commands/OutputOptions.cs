using System.CommandLine;
using System.Text.Json.Nodes;
using Pictor.Cli.Pictures;
using Pictor.Cli.Settings;
using Pictor.Imaging;

namespace Pictor.Cli.Commands;

/// <summary>Where pictures go and whether the terminal shows them.</summary>
internal sealed class OutputOptions
{
    public Option<string?> Output { get; } = new("--output", "-o") { Description = "a folder (outputs), or a file name with its ending", HelpName = "PATH" };

    public Option<bool> Show { get; } = new("--show") { Description = "show the picture in the terminal" };

    public Option<string?> ShowAs { get; } = new("--show-as") { Description = "kitty, iterm2, sixel or blocks instead of what is found out", HelpName = "HOW" };

    public void AddTo(Command command)
    {
        ShowAs.AcceptOnlyFromAmong("kitty", "iterm2", "sixel", "blocks");
        command.Add(Output);
        command.Add(Show);
        command.Add(ShowAs);
    }

    public string? Place(Session session) => session.Find(SettingName.Output, session.Line.GetValue(Output));

    /// <summary>The target for a prompt, its folder made and proved to take files before anything is paid.</summary>
    public PictureTarget Prepare(Session session, string prompt, JsonObject body)
    {
        var target = PictureTarget.Parse(Place(session), prompt, session.Surroundings);
        WholeFile.Prepare(target.Folder);
        if (target.Ending is { } ending && PictureNames.FormatOf(ending) is PictureFormat.Png or PictureFormat.Jpeg or PictureFormat.WebP && !body.ContainsKey("output_format"))
        {
            body["output_format"] = PictureNames.Of(PictureNames.FormatOf(ending)!.Value);
        }

        return target;
    }

    /// <summary>How to show pictures, or null for not at all.</summary>
    public string? Wanted(Session session)
    {
        var setting = session.Find(SettingName.Show, session.Line.GetValue(ShowAs) ?? (session.Line.GetValue(Show) ? "true" : null));
        return !session.Surroundings.OutIsTerminal || setting is null or "false" or "0" or "none" or "" ? null : setting is "true" or "1" ? "auto" : setting;
    }
}
