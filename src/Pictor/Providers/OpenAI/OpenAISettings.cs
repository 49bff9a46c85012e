namespace Pictor.Providers.OpenAI;

/// <summary>Which kind of upstream speaks the Images API.</summary>
internal enum OpenAIDialect
{
    /// <summary>OpenAI itself, strict about every parameter.</summary>
    OpenAI,

    /// <summary>The same rules at Azure's addresses.</summary>
    Azure,

    /// <summary>A compatible relay that takes more parameters than OpenAI and answers in many shapes.</summary>
    Relay,

    /// <summary>A relay that makes pictures only in streamed chat completions.</summary>
    Chat,
}

/// <summary>How reference images go to the upstream.</summary>
internal enum ReferenceWay
{
    /// <summary>As files of an edit at OpenAI; as links where a relay can have them; as parts of a chat.</summary>
    Auto,

    /// <summary>Links at the head of the prompt, where all of them came as links.</summary>
    Prompt,

    /// <summary>Files of a multipart edit.</summary>
    Edits,

    /// <summary>Data URIs in a JSON array named <c>image</c>, beside the prompt.</summary>
    Image,
}

/// <summary>A channel's own settings, beside the common ones.</summary>
internal sealed record OpenAISettings
{
    public static IReadOnlyList<string> Names { get; } = [nameof(Dialect), nameof(References), nameof(ApiVersion), nameof(ResponseFormat), nameof(Organization), nameof(Project), nameof(TokenPrices)];

    public OpenAIDialect Dialect { get; private init; }

    public ReferenceWay References { get; private init; }

    /// <summary>Azure's <c>api-version</c>; each way of addressing has its default.</summary>
    public string? ApiVersion { get; private init; }

    /// <summary>What a relay is asked to answer with, <c>url</c> or <c>b64_json</c>; null leaves it to the relay.</summary>
    public string? ResponseFormat { get; private init; }

    /// <summary>For <c>OpenAI-Organization</c>.</summary>
    public string? Organization { get; private init; }

    /// <summary>For <c>OpenAI-Project</c>.</summary>
    public string? Project { get; private init; }

    /// <summary>What the tokens of this channel cost; null takes OpenAI's own prices where OpenAI itself is asked, and none elsewhere.</summary>
    public TokenPrices? TokenPrices { get; private init; }

    public bool IsStrict => Dialect is OpenAIDialect.OpenAI or OpenAIDialect.Azure;

    public static OpenAISettings Read(ChannelSettings channel) => new()
    {
        Dialect = Word<OpenAIDialect>(channel, "Dialect", out _),
        References = Word<ReferenceWay>(channel, "References", out _),
        ApiVersion = Text(channel, "ApiVersion"),
        ResponseFormat = Text(channel, "ResponseFormat"),
        Organization = Text(channel, "Organization"),
        Project = Text(channel, "Project"),
        TokenPrices = Text(channel, "TokenPrices") is { } text && TokenPrices.TryParse(text, out var prices) ? prices : null,
    };

    /// <summary>Everything that is wrong with a channel of this provider.</summary>
    public static IEnumerable<string> Mistakes(ChannelSettings channel)
    {
        var dialect = Word<OpenAIDialect>(channel, "Dialect", out var isKnown);
        if (!isKnown)
        {
            yield return "Dialect must be openai, azure, relay or chat.";
        }

        Word<ReferenceWay>(channel, "References", out isKnown);
        if (!isKnown)
        {
            yield return "References must be auto, prompt, edits or image.";
        }

        if (Text(channel, "ResponseFormat") is not (null or "url" or "b64_json"))
        {
            yield return "ResponseFormat must be url or b64_json.";
        }

        if (Text(channel, "TokenPrices") is { } text && !TokenPrices.TryParse(text, out _))
        {
            yield return "TokenPrices must be three prices in USD a million tokens, of text in, pictures in and pictures out, like 5/8/30.";
        }

        if (dialect != OpenAIDialect.OpenAI && channel.BaseUrl is null)
        {
            yield return "BaseUrl is needed for this dialect.";
        }
    }

    private static string? Text(ChannelSettings channel, string name) =>
        channel.Options.GetValueOrDefault(name) is { Length: > 0 } text ? text : null;

    private static TWord Word<TWord>(ChannelSettings channel, string name, out bool isKnown)
        where TWord : struct, Enum
    {
        var text = Text(channel, name);
        var word = default(TWord);
        isKnown = text is null || (text.All(char.IsAsciiLetter) && Enum.TryParse(text, ignoreCase: true, out word));
        return word;
    }
}
