using System.CommandLine;
using System.Text.Json.Nodes;
using Pictor.Cli.Http;
using Pictor.Cli.Pictures;

namespace Pictor.Cli.Commands;

/// <summary><c>pictor edit photo.png "make it night"</c>: a picture, perhaps a mask, and what to change.</summary>
internal static class EditCommand
{
    public static Command Create(Verbs verbs)
    {
        var picture = new Argument<string>("picture") { Description = "path, link, or - for stdin" };
        var prompt = new PromptSource();
        var images = new ImageOptions();
        var output = new OutputOptions();
        var more = new Option<string[]>("--image", "-i") { Description = "a further picture; may be repeated", HelpName = "PICTURE" };
        var mask = new Option<string?>("--mask") { Description = "transparent where the picture may change", HelpName = "PICTURE" };
        var command = new Command("edit", "Change a picture by words.") { picture };
        prompt.AddTo(command);
        images.AddTo(command);
        command.Add(more);
        command.Add(mask);
        output.AddTo(command);
        return verbs.Verb(command, async session =>
        {
            string[] given = [session.Line.GetRequiredValue(picture), .. session.Line.GetValue(more) ?? []];
            var text = (await prompt.ReadAsync(session, isRequired: true, stdinIsTaken: given.Contains("-")))!;
            var body = images.ToBody(session);
            var pictures = given.Select(name => Reference.Read(name, session.Surroundings)).ToArray();
            var stencil = session.Line.GetValue(mask) is { } name ? Reference.Read(name, session.Surroundings) : null;
            body["prompt"] = text;
            _ = session.Authorized;
            var run = new ImageRun(session, output) { Strict = session.Line.GetValue(images.Strict) };
            return await run.RunAsync(text, body, (calls, headers) => EditCalls.PostAsync(calls, body, pictures, stencil, headers, session));
        });
    }
}

/// <summary>The edits door as its servers take it, and the main door where there is none.</summary>
internal static class EditCalls
{
    public static async Task<ApiAnswer> PostAsync(ImageCalls calls, JsonObject body, IReadOnlyList<Reference> pictures, Reference? mask, CallHeaders headers, Session session)
    {
        try
        {
            return pictures.Append(mask).Any(picture => picture?.IsLink == true)
                ? await calls.PostJsonAsync("images/edits", AsJson(body, pictures, mask), headers, session.Now)
                : await calls.PostFormAsync("images/edits", () => PictureForm.Make(body, pictures, mask), headers, session.Now);
        }
        catch (ApiException fault) when (fault.IsMissingDoor || fault.Status is 415)
        {
            session.Screen.Notice("the server has no edits door; asking the main door with input pictures");
            var whole = (JsonObject)body.DeepClone();
            whole["image"] = new JsonArray([.. pictures.Select(picture => (JsonNode)picture.AsText)]);
            if (mask is not null)
            {
                whole["mask"] = mask.AsText;
            }

            return await calls.PostJsonAsync("images/generations", whole, headers, session.Now);
        }
    }

    private static JsonObject AsJson(JsonObject body, IReadOnlyList<Reference> pictures, Reference? mask)
    {
        var whole = (JsonObject)body.DeepClone();
        whole["images"] = new JsonArray([.. pictures.Select(picture => (JsonNode)new JsonObject { ["image_url"] = picture.AsText })]);
        if (mask is not null)
        {
            whole["mask"] = new JsonObject { ["image_url"] = mask.AsText };
        }

        return whole;
    }
}
