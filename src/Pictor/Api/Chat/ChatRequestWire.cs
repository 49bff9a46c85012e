using Pictor.Images;

namespace Pictor.Api.Chat;

/// <summary>
/// A chat request as clients write it. The last user message becomes the prompt; what belongs to chat and not to pictures is
/// taken out of the fields, so that the rest is read as at every other door.
/// </summary>
internal static class ChatRequestWire
{
    private const string Param = "messages";

    /// <summary>Parameters of language models.</summary>
    private static readonly string[] OfLanguage =
    [
        "temperature", "top_p", "top_k", "min_p", "top_a", "max_tokens", "max_completion_tokens", "presence_penalty", "frequency_penalty", "repetition_penalty",
        "stop", "logprobs", "top_logprobs", "logit_bias", "tools", "tool_choice", "parallel_tool_calls", "functions", "function_call", "response_format",
        "reasoning", "reasoning_effort", "thinking", "enable_thinking", "verbosity", "metadata", "store", "service_tier", "prediction", "audio", "web_search_options",
        "prompt", "plugins", "transforms", "safety_identifier", "prompt_cache_key",
    ];

    /// <summary>Reads the conversation; afterwards <c>prompt</c> is among the fields.</summary>
    /// <param name="body">The body.</param>
    /// <param name="takesPictures">Whether the model can do anything with a picture of the conversation.</param>
    public static ChatRequest Read(RequestBody body, bool takesPictures)
    {
        var fields = body.Fields;
        var warnings = new List<Warning>();
        var messages = Messages(fields);
        var last = messages.FindLastIndex(message => message.Role == "user");
        if (last < 0)
        {
            throw RequestRules.Invalid("messages must have a message of the role 'user'", Param);
        }

        var chat = new ChatRequest
        {
            IsStream = RequestRules.Boolean(fields, "stream") == true,
            ShowsProgress = RequestRules.Boolean(fields, "progress") == true,
            IncludesUsage = IsAsked(fields, "stream_options", "include_usage") || IsAsked(fields, "usage", "include"),
            WantsImages = fields.TryGet("modalities", out var modalities) && modalities.Items.Any(item => item.TryText(out var modality) && modality == "image"),
            Pictures = [],
            Warnings = warnings,
        };
        if (chat is { ShowsProgress: true, IsStream: false })
        {
            warnings.Add(Warning.Ignored("progress", "true", "Progress is shown in a stream only; it was ignored."));
        }

        TakeOut(fields, warnings);
        TakeImageConfig(fields, warnings);
        Warn(messages, last, warnings);

        var prompt = Prompt(messages[last], fields, warnings);
        fields.Add("prompt", new FieldValue(prompt));
        fields.Add("response_format", new FieldValue("url"));
        return chat with { Pictures = Pictures(body, messages, last, prompt, takesPictures, warnings) };
    }

    private static bool IsAsked(RequestFields fields, string name, string member) =>
        fields.TryGet(name, out var options) && options.Member(member).TryBoolean(out var asked) && asked;

    private static List<ChatMessage> Messages(RequestFields fields) =>
        fields.TryGet("messages", out var messages) && messages.IsArray
            ? [.. messages.Items.Select(ChatMessage.Read)]
            : throw RequestRules.Invalid("messages must be an array of messages", Param);

    private static void TakeOut(RequestFields fields, List<Warning> warnings)
    {
        foreach (var name in (string[])["messages", "stream", "stream_options", "modalities", "progress", "usage"])
        {
            fields.Remove(name);
        }

        if (fields.TryGet("partial_images", out var partials))
        {
            fields.Remove("partial_images");
            warnings.Add(Warning.Ignored("partial_images", partials.ToString(), "A chat shows no unfinished pictures; it was ignored."));
        }

        foreach (var name in OfLanguage)
        {
            if (fields.TryGet(name, out var value))
            {
                fields.Remove(name);
                warnings.Add(Warning.Ignored(name, value.ToString(), $"Models that make pictures have no '{name}'; it was ignored."));
            }
        }
    }

    // OpenRouter's clients write the ratio here.
    private static void TakeImageConfig(RequestFields fields, List<Warning> warnings)
    {
        if (!fields.TryGet("image_config", out var config))
        {
            return;
        }

        fields.Remove("image_config");
        if (!config.Member("aspect_ratio").IsNull && !fields.TryGet("aspect_ratio", out _))
        {
            fields.Add("aspect_ratio", config.Member("aspect_ratio"));
        }

        if (!config.Member("image_size").IsNull)
        {
            warnings.Add(Warning.Ignored("image_config", config.Member("image_size").ToString(), "Its image_size was ignored; a size is given as 'size'."));
        }
    }

    private static void Warn(List<ChatMessage> messages, int last, List<Warning> warnings)
    {
        if (messages.Exists(message => message.Role is "system" or "developer"))
        {
            warnings.Add(Warning.Ignored(Param, "system", "Models that make pictures take no system message; it was ignored."));
        }

        foreach (var role in messages.Select(message => message.Role).Where(role => role is not ("user" or "assistant" or "system" or "developer")).Distinct())
        {
            warnings.Add(Warning.Ignored(Param, role, "Messages of this role were ignored."));
        }

        foreach (var part in messages[last].UnknownParts.Distinct())
        {
            warnings.Add(Warning.Ignored(Param, part, "Parts of this type were ignored."));
        }
    }

    private static string Prompt(ChatMessage message, RequestFields fields, List<Warning> warnings)
    {
        var (text, written, ratio) = RatioHints.Take(message.Text);
        if (string.IsNullOrWhiteSpace(text))
        {
            throw RequestRules.Invalid("the last message of the role 'user' has no text", Param);
        }

        if (ratio is null)
        {
            return text;
        }

        if (fields.TryGet("aspect_ratio", out _) || fields.TryGet("size", out _))
        {
            warnings.Add(Warning.Ignored(Param, written, "A parameter of the request decides the ratio; the one in the text was taken out."));
            return text;
        }

        fields.Add("aspect_ratio", new FieldValue(ratio));
        warnings.Add(Warning.Adapted(Param, written, $"aspect_ratio {ratio}", "The ratio in the text was taken out of it and is used as aspect_ratio."));
        return text;
    }

    private static IReadOnlyList<string> Pictures(RequestBody body, List<ChatMessage> messages, int last, string prompt, bool takesPictures, List<Warning> warnings)
    {
        if (messages[last].Pictures.Count > 0 || PromptImages.Lift(prompt, body.IsSpooled).Images.Count > 0 || RequestNames.Pictures.Any(name => body.Fields.TryGet(name, out _)))
        {
            return messages[last].Pictures;
        }

        // A follow-up is about the picture that was made last.
        var made = messages.Take(last).Where(message => message.Role == "assistant").Select(message => message.LastPicture()).LastOrDefault(picture => picture is not null);
        if (made is null)
        {
            return [];
        }

        if (!takesPictures)
        {
            warnings.Add(Warning.Ignored(Param, "image", "The model takes no pictures; it does not see the one that was made before."));
            return [];
        }

        return [made];
    }
}
