using System.Text.Json.Nodes;
using Pictor.Upstream;

namespace Pictor.Providers.OpenAI;

/// <summary>What a call becomes as a chat completion. Pure.</summary>
internal static class ChatMapping
{
    /// <summary>One user message; its pictures are parts, or links at the head of the text.</summary>
    public static JsonObject Body(ProviderCall call, OpenAISettings options, FileMarks files) => new()
    {
        ["model"] = call.UpstreamModel,
        ["stream"] = true,
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = Content(call, options, files) }),
    };

    /// <summary>Links that were in the question and are no answer.</summary>
    public static IReadOnlySet<string> LinksOf(ProviderCall call) =>
        call.References.Select(reference => reference.Link).OfType<string>().ToHashSet(StringComparer.Ordinal);

    private static JsonNode Content(ProviderCall call, OpenAISettings options, FileMarks files)
    {
        var prompt = call.Request.Prompt;
        if (call.References.Count == 0)
        {
            return prompt;
        }

        if (options.References == ReferenceWay.Prompt && call.References.All(reference => reference.Link is not null))
        {
            return OpenAIMapping.HeadedPrompt(call);
        }

        return new JsonArray(
        [
            new JsonObject { ["type"] = "text", ["text"] = prompt },
            .. call.References.Select(reference => new JsonObject
            {
                ["type"] = "image_url",
                ["image_url"] = new JsonObject { ["url"] = $"data:{reference.MediaType};base64,{files.Add(reference.Path)}" },
            }),
        ]);
    }
}
