namespace Pictor.Api.Images;

/// <summary>What differs between the doors that take a request for pictures.</summary>
internal sealed record ImagesDoor
{
    public static readonly ImagesDoor Generations = new();

    public static readonly ImagesDoor Edits = new() { TakesForms = true, NeedsPicture = true, Event = "image_edit" };

    public static readonly ImagesDoor Variations = new() { TakesForms = true, NeedsPicture = true, Event = "image_edit", Prompt = "A variation of this picture: the same subject, style and mood, drawn anew." };

    public static readonly ImagesDoor OpenRouter = new() { Usage = UsageShape.Chat, Response = "b64_json" };

    public bool TakesForms { get; init; }

    public bool NeedsPicture { get; init; }

    /// <summary>The first word of its stream's events.</summary>
    public string Event { get; init; } = "image_generation";

    /// <summary>The prompt where a caller gives none; null where it must.</summary>
    public string? Prompt { get; init; }

    /// <summary>The <c>response_format</c> where a caller gives none; null takes the model's.</summary>
    public string? Response { get; init; }

    public UsageShape Usage { get; init; }
}

/// <summary>How an answer tells its usage.</summary>
internal enum UsageShape
{
    /// <summary><c>input_tokens</c>, <c>output_tokens</c>: the gpt-image family only.</summary>
    Images,

    /// <summary><c>prompt_tokens</c>, <c>completion_tokens</c> and the cost: always.</summary>
    Chat,
}
