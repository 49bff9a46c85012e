using System.CommandLine;
using System.Text.Json.Nodes;
using Pictor.Cli.Http;
using Pictor.Cli.Pictures;

namespace Pictor.Cli.Commands;

/// <summary><c>pictor variation photo.png</c>: something like it.</summary>
internal static class VariationCommand
{
    private const string DefaultPrompt = "A variation of this picture.";

    public static Command Create(Verbs verbs)
    {
        var picture = new Argument<string>("picture") { Description = "a path, or - for stdin" };
        var prompt = new PromptSource();
        var images = new ImageOptions();
        var output = new OutputOptions();
        var command = new Command("variation", "Make pictures like one that you have.") { picture };
        prompt.AddTo(command);
        images.AddTo(command);
        output.AddTo(command);
        return verbs.Verb(command, async session =>
        {
            var given = session.Line.GetRequiredValue(picture);
            var text = await prompt.ReadAsync(session, isRequired: false, stdinIsTaken: given == "-");
            var body = images.ToBody(session);
            var original = Reference.Read(given, session.Surroundings);
            if (text is not null)
            {
                body["prompt"] = text;
            }

            _ = session.Authorized;
            var run = new ImageRun(session, output) { Strict = session.Line.GetValue(images.Strict) };
            return await run.RunAsync(text ?? "variation of " + Path.GetFileNameWithoutExtension(original.Name), body, (calls, headers) => PostAsync(calls, body, original, headers, session));
        });
    }

    private static async Task<ApiAnswer> PostAsync(ImageCalls calls, JsonObject body, Reference original, CallHeaders headers, Session session)
    {
        try
        {
            // The door takes files only; a link goes to the main door, which fetches it.
            return original.IsLink
                ? await MainDoorAsync(calls, body, original, headers, session)
                : await calls.PostFormAsync("images/variations", () => PictureForm.Make(body, [original], mask: null), headers, session.Now);
        }
        catch (ApiException fault) when (fault.IsMissingDoor && !original.IsLink)
        {
            session.Screen.Notice("the server has no variations door; asking the main door with the picture");
            return await MainDoorAsync(calls, body, original, headers, session);
        }
    }

    private static Task<ApiAnswer> MainDoorAsync(ImageCalls calls, JsonObject body, Reference original, CallHeaders headers, Session session)
    {
        var whole = (JsonObject)body.DeepClone();
        whole["prompt"] ??= DefaultPrompt;
        whole["image"] = new JsonArray((JsonNode)original.AsText);
        return calls.PostJsonAsync("images/generations", whole, headers, session.Now);
    }
}
