using System.Text.Json;

namespace Pictor.EndToEnd;

/// <summary>Reading answers, and what every refusal has in common.</summary>
internal static class Answers
{
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonElement>()).Clone();

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public static JsonElement Error(this JsonElement element) => element.GetProperty("error");

    /// <summary>What is not as OpenAI's clients expect a refusal; null when all is.</summary>
    public static string? FaultOfRefusal(int status, string? requestId, string body)
    {
        if (status is < 400 or >= 500)
        {
            return $"status {status}: {body}";
        }

        if (string.IsNullOrEmpty(requestId))
        {
            return $"no x-request-id: {body}";
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            var error = document.RootElement.GetProperty("error");
            return error.GetProperty("message").GetString() is { Length: > 0 }
                && error.GetProperty("type").GetString() is { Length: > 0 }
                && error.TryGetProperty("param", out _)
                && error.TryGetProperty("code", out _)
                    ? null
                    : $"not an OpenAI error: {body}";
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return $"not an OpenAI error: {body}";
        }
    }
}
