using System.CommandLine;
using System.Text.Json.Nodes;
using Pictor.Cli.Pictures;

namespace Pictor.Cli.Commands;

/// <summary><c>pictor generate "a cat"</c>, and the line without a verb.</summary>
internal static class GenerateCommand
{
    public static Command Create(Verbs verbs)
    {
        var prompt = new PromptSource();
        var images = new ImageOptions();
        var output = new OutputOptions();
        var references = new Option<string[]>("--image", "-i") { Description = "a reference picture: path, link, or - for stdin; may be repeated", HelpName = "PICTURE" };
        var detached = new Option<bool>("--async") { Description = "do not wait: print the job's id" };
        var command = new Command("generate", "Make pictures from words, with or without reference pictures. The verb may be left out.");
        prompt.AddTo(command);
        images.AddTo(command);
        command.Add(references);
        output.AddTo(command);
        command.Add(detached);
        return verbs.Verb(command, async session =>
        {
            var given = session.Line.GetValue(references) ?? [];
            var text = (await prompt.ReadAsync(session, isRequired: true, stdinIsTaken: given.Contains("-")))!;
            var body = images.ToBody(session);
            var pictures = given.Select(name => Reference.Read(name, session.Surroundings)).ToArray();
            References.AddTo(body, text, pictures);
            _ = session.Authorized;
            var call = new ImageRun(session, output) { Strict = session.Line.GetValue(images.Strict), IsDetached = session.Line.GetValue(detached) };
            return await call.RunAsync(text, body, (calls, headers) => calls.PostJsonAsync("images/generations", body, headers, session.Now));
        });
    }
}

/// <summary>How reference pictures are written into a body.</summary>
internal static class References
{
    /// <summary>
    /// Links alone go to the head of the prompt, which relays without a parameter for them understand too; anything else
    /// goes into <c>image</c>, in the order it was given.
    /// </summary>
    public static void AddTo(JsonObject body, string prompt, IReadOnlyList<Reference> pictures)
    {
        if (pictures.Count > 0 && pictures.All(picture => picture.IsLink && !picture.AsText.StartsWith("data:", StringComparison.OrdinalIgnoreCase)))
        {
            body["prompt"] = string.Join(' ', pictures.Select(picture => picture.AsText).Append(prompt));
            return;
        }

        body["prompt"] = prompt;
        if (pictures.Count > 0)
        {
            body["image"] = new JsonArray([.. pictures.Select(picture => (JsonNode)picture.AsText)]);
        }
    }
}
