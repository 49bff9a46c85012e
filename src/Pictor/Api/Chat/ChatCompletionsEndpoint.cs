namespace Pictor.Api.Chat;

/// <summary><c>POST /v1/chat/completions</c>: pictures for everything that only speaks chat.</summary>
internal static class ChatCompletionsEndpoint
{
    public static Task HandleAsync(HttpContext http, ChatCall call) => call.RunAsync(http);
}
