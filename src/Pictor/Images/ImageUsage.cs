namespace Pictor.Images;

/// <summary>Tokens as the gpt-image family counts them.</summary>
internal sealed record ImageUsage(long InputTextTokens, long InputImageTokens, long OutputTokens)
{
    public long InputTokens => InputTextTokens + InputImageTokens;

    public long TotalTokens => InputTokens + OutputTokens;
}
