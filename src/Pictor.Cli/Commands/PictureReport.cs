using System.Text.Json;
using System.Text.Json.Nodes;
using Pictor.Cli.Http;
using Pictor.Cli.Pictures;
using Pictor.Cli.Terminal;

namespace Pictor.Cli.Commands;

/// <summary>Takes an answer's pictures to disk and tells the user about them.</summary>
internal sealed class PictureReport(Session session, OutputOptions output)
{
    public async Task<IReadOnlyList<SavedPicture>> WriteAsync(ApiAnswer answer, PictureTarget target)
    {
        var entries = answer.Body.Member("data").Items().ToArray();
        if (entries.Length == 0)
        {
            throw new CliException(answer.Body.Member("assets_expired") is null ? "The answer holds no picture." : "The pictures of this job are no longer kept.");
        }

        TellWarnings(answer.Body);
        var saver = new PictureSaver(session.Client);
        var saved = new List<SavedPicture>();
        for (var i = 0; i < entries.Length; i++)
        {
            var picture = await saver.SaveAsync(entries[i], target.Numbered(i), session.Now);
            saved.Add(picture);
            Tell(picture, answer, target);
        }

        if (answer.Body.Text("cost") is { } cost)
        {
            session.Screen.Notice($"{cost} {answer.Body.Text("currency") ?? "USD"}");
        }

        return saved;
    }

    private void TellWarnings(JsonElement body)
    {
        foreach (var warning in body.Member("warnings").Items())
        {
            session.Screen.Warning(Screen.Clean($"{warning.Text("param")}: {warning.Text("message")}"));
        }
    }

    private void Tell(SavedPicture picture, ApiAnswer answer, PictureTarget target)
    {
        var screen = session.Screen;
        var shown = Shown(picture.Path, session.Surroundings);
        if (target.Ending is { } ending && PictureNames.FormatOf(ending) != picture.Format)
        {
            screen.Notice($"{shown} holds a {PictureNames.Of(picture.Format)} picture, whatever its name says");
        }

        if (screen.IsJson)
        {
            var json = picture.ToJson(shown);
            Add(json, "model", answer.Body.Text("model"));
            Add(json, "job", answer.Body.Text("id"));
            Add(json, "cost", answer.Body.Text("cost"));
            Add(json, "request_id", answer.RequestId);
            screen.Result(json);
        }
        else
        {
            screen.Result(shown);
        }

        if (output.Wanted(session) is { } how)
        {
            TerminalPicture.Show(picture.Path, how, screen, session.Surroundings);
        }
    }

    /// <summary>A path as the user would type it: short below the folder, full elsewhere.</summary>
    public static string Shown(string path, Surroundings surroundings)
    {
        var relative = Path.GetRelativePath(surroundings.Folder, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }

    private static void Add(JsonObject json, string name, string? value)
    {
        if (value is not null)
        {
            json[name] = value;
        }
    }
}
