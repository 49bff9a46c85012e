using System.Text.Json;

namespace Pictor.Tests.Api;

/// <summary>A stream of events as its bytes came, and what they say.</summary>
internal sealed record Sse(string Raw)
{
    /// <summary>The data of every event but the end.</summary>
    public IReadOnlyList<JsonElement> Events { get; } =
        [.. Raw.Split('\n').Where(line => line.StartsWith("data: ") && line != "data: [DONE]").Select(line => JsonSerializer.Deserialize<JsonElement>(line["data: ".Length..]))];

    public static async Task<Sse> ReadAsync(HttpResponseMessage answer)
    {
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        return new Sse(await answer.Content.ReadAsStringAsync());
    }

    public string Content => string.Concat(Events
        .Where(chunk => chunk.TryGetProperty("choices", out var choices) && choices.GetArrayLength() > 0)
        .Select(chunk => chunk.GetProperty("choices")[0].GetProperty("delta"))
        .Select(delta => delta.TryGetProperty("content", out var content) ? content.GetString() : ""));
}
