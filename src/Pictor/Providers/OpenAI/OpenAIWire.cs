using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pictor.Providers.OpenAI;

/// <summary>An answer of the Images API; members that relays write in many ways are read by hand.</summary>
internal sealed record ImagesAnswerWire
{
    public JsonElement Data { get; init; }

    public JsonElement Images { get; init; }

    public JsonElement Quality { get; init; }

    public JsonElement Usage { get; init; }

    public JsonElement Error { get; init; }
}

/// <summary>One picture of an answer; a text in it may be none, which must not cost the picture.</summary>
internal sealed record ImageWire
{
    public JsonElement B64Json { get; init; }

    public JsonElement Url { get; init; }

    public JsonElement RevisedPrompt { get; init; }
}

/// <summary>One event of a streamed answer.</summary>
internal sealed record ImageEventWire
{
    public JsonElement Type { get; init; }

    public JsonElement B64Json { get; init; }

    public JsonElement Url { get; init; }

    public JsonElement PartialImageIndex { get; init; }

    public JsonElement Quality { get; init; }

    public JsonElement Usage { get; init; }

    public JsonElement Error { get; init; }
}

/// <summary>Tokens as the gpt-image family reports them.</summary>
internal sealed record UsageWire
{
    public long InputTokens { get; init; }

    public long OutputTokens { get; init; }

    public TokensWire? InputTokensDetails { get; init; }
}

/// <summary>What the input tokens were.</summary>
internal sealed record TokensWire
{
    public long TextTokens { get; init; }

    public long ImageTokens { get; init; }
}

/// <summary>A chat completion, whole or one chunk of it.</summary>
internal sealed record ChatWire
{
    public IReadOnlyList<ChatChoiceWire>? Choices { get; init; }

    public JsonElement Error { get; init; }
}

/// <summary>The one answer a chat gives.</summary>
internal sealed record ChatChoiceWire
{
    public ChatMessageWire? Delta { get; init; }

    public ChatMessageWire? Message { get; init; }

    public JsonElement FinishReason { get; init; }
}

/// <summary>What was said: text, and pictures in the OpenRouter way.</summary>
internal sealed record ChatMessageWire
{
    public JsonElement Content { get; init; }

    /// <summary>Why the model does not answer, in place of content.</summary>
    public JsonElement Refusal { get; init; }

    public JsonElement Images { get; init; }
}

/// <summary>Reads what OpenAI and its relays write; numbers may come as text.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(ImagesAnswerWire))]
[JsonSerializable(typeof(ImageWire))]
[JsonSerializable(typeof(ImageEventWire))]
[JsonSerializable(typeof(UsageWire))]
[JsonSerializable(typeof(ChatWire))]
internal sealed partial class OpenAIJson : JsonSerializerContext;
