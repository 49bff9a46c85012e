using System.CommandLine;
using Pictor.Cli.Chat;
using Pictor.Cli.Http;
using Pictor.Cli.Pictures;

namespace Pictor.Cli.Commands;

/// <summary><c>pictor chat</c>: a conversation in which each sentence edits the last picture. One line of stdin is one sentence.</summary>
internal static class ChatCommand
{
    public static Command Create(Verbs verbs)
    {
        var first = new Argument<string[]>("words") { Description = "the first sentence", Arity = ArgumentArity.ZeroOrMore };
        var images = new ImageOptions();
        var output = new OutputOptions();
        var references = new Option<string[]>("--image", "-i") { Description = "a picture to begin with; may be repeated", HelpName = "PICTURE" };
        var command = new Command("chat", "A conversation that edits the last picture. /new begins again, /quit ends it.") { first, references };
        images.AddTo(command);
        output.AddTo(command);
        return verbs.Verb(command, async session =>
        {
            var body = images.ToBody(session);
            body.Remove("n");
            _ = session.Authorized;
            WholeFile.Prepare(PictureTarget.Parse(output.Place(session), "chat", session.Surroundings).Folder);
            var calls = new ImageCalls(session.Client, session.Screen, session.Timeout);
            var begin = (session.Line.GetValue(references) ?? []).Select(name => Reference.Read(name, session.Surroundings)).ToArray();
            var talk = new Conversation(calls, body, session) { Pictures = begin };
            var report = new PictureReport(session, output);
            var words = session.Line.GetValue(first) ?? [];
            var exitCode = words.Length > 0 ? await SayAsync(string.Join(' ', words)) : ExitCode.Ok;
            while (await ReadLineAsync(session) is { } line)
            {
                if (line.Trim() is "/quit" or "/exit" or "/q")
                {
                    break;
                }

                if (line.Trim() is "/new")
                {
                    talk = new Conversation(calls, body, session);
                }
                else if (line.Trim().Length > 0)
                {
                    exitCode = await SayAsync(line.Trim());
                }
            }

            return exitCode;

            async Task<int> SayAsync(string text)
            {
                try
                {
                    session.Screen.Move("asking…");
                    var answer = await talk.SayAsync(text, session.Now);
                    session.Screen.Move(null);
                    var saved = await report.WriteAsync(answer, PictureTarget.Parse(output.Place(session), text, session.Surroundings));
                    talk.Remember(saved[0].Path);
                    return ExitCode.Ok;
                }
                catch (CliException fault) when (fault is not DiskException)
                {
                    // A sentence that fails does not end the conversation.
                    return CommandLine.Tell(session.Screen, fault);
                }
            }
        });
    }

    private static async Task<string?> ReadLineAsync(Session session)
    {
        if (session.Surroundings.InIsTerminal)
        {
            session.Screen.Prompt("> ");
        }

        return await session.Surroundings.ReadLineAsync(session.Now);
    }
}
