using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pictor.Cli.Pictures;
using Pictor.Imaging;

namespace Pictor.Cli.Commands;

/// <summary><c>pictor compose a.png b.png -o both.jpg</c>: side by side at equal heights, on this machine.</summary>
internal static class ComposeCommand
{
    private static readonly PictureLimits Limits = new() { MaxBytes = 200L * 1024 * 1024, MaxPixels = 200_000_000, MaxSide = 65_535, MaxDecode = TimeSpan.FromSeconds(60) };

    public static Command Create(Verbs verbs)
    {
        var pictures = new Argument<string[]>("pictures") { Description = "two or more paths or links", Arity = new ArgumentArity(2, 100) };
        var output = new Option<string>("--output", "-o") { Description = "the file; its ending says the format (.jpg, .png, .webp)", Required = true, HelpName = "FILE" };
        var quality = new Option<int>("--quality") { Description = "1 to 100 (90)", DefaultValueFactory = _ => 90, HelpName = "N" };
        return verbs.Verb(new Command("compose", "Join pictures side by side, at equal heights. Needs no server.") { pictures, output, quality }, async session =>
        {
            var place = session.Surroundings.PathOf(session.Line.GetRequiredValue(output));
            var format = PictureNames.FormatOf(place) is PictureFormat.Png or PictureFormat.Jpeg or PictureFormat.WebP or PictureFormat.Avif
                ? PictureNames.FormatOf(place)!.Value
                : throw CliException.Usage("The output's name ends in .jpg, .png, .webp or .avif.");
            var strength = session.Line.GetValue(quality) is >= 1 and <= 100 and var given ? given : throw CliException.Usage("--quality is 1 to 100.");
            WholeFile.Prepare(Path.GetDirectoryName(place)!);
            var folder = Directory.CreateTempSubdirectory("pictor-");
            var temporary = WholeFile.Temporary(place);
            try
            {
                var parts = new List<Picture>();
                foreach (var name in session.Line.GetRequiredValue(pictures))
                {
                    parts.Add(Picture.Open(await LocalAsync(name, folder.FullName, session), Limits));
                }

                var joined = Picture.JoinSideBySide(parts);
                joined.Save(temporary, new PictureEncoding(format, strength));
                File.Move(temporary, place, overwrite: true);
                Tell(session, PictureReport.Shown(place, session.Surroundings), joined);
                return ExitCode.Ok;
            }
            catch (ArgumentOutOfRangeException)
            {
                throw new CliException("Together the pictures are wider than a picture can be (65,535 pixels).");
            }
            finally
            {
                WholeFile.Remove(temporary);
                folder.Delete(recursive: true);
            }
        });
    }

    private static void Tell(Session session, string shown, Picture joined)
    {
        if (session.Screen.IsJson)
        {
            session.Screen.Result(new JsonObject { ["path"] = shown, ["width"] = joined.Width, ["height"] = joined.Height });
            return;
        }

        session.Screen.Notice($"{joined.Width}x{joined.Height}");
        session.Screen.Result(shown);
    }

    private static async Task<string> LocalAsync(string name, string folder, Session session)
    {
        if (!Reference.LooksLikeLink(name))
        {
            var path = session.Surroundings.PathOf(name);
            return File.Exists(path) ? path : throw CliException.Usage($"The picture {name} is not there.");
        }

        using var document = JsonDocument.Parse(JsonText.Line(new JsonObject { ["url"] = name }));
        var target = new PictureTarget(folder, Guid.NewGuid().ToString("N"), Ending: null, Replaces: true);
        return (await new PictureSaver(session.Client).SaveAsync(document.RootElement, target, session.Now)).Path;
    }
}
