using Pictor.Images;

namespace Pictor.Api.Chat;

/// <summary>What a chat call asks for besides its picture.</summary>
internal sealed record ChatRequest
{
    public bool IsStream { get; init; }

    /// <summary>A stream ends with a chunk that tells the usage.</summary>
    public bool IncludesUsage { get; init; }

    /// <summary>A stream tells the progress in lines of its content.</summary>
    public bool ShowsProgress { get; init; }

    /// <summary>The pictures themselves are in the answer, as data URIs.</summary>
    public bool WantsImages { get; init; }

    /// <summary>Pictures of the conversation that the prompt is about, as they were written.</summary>
    public required IReadOnlyList<string> Pictures { get; init; }

    public required IReadOnlyList<Warning> Warnings { get; init; }
}
