namespace Pictor.Api.Images;

/// <summary><c>POST /v1/images</c>: the shape that OpenRouter's clients send and read.</summary>
internal static class OpenRouterEndpoint
{
    public static Task HandleAsync(HttpContext http, ImagesCall call) => call.RunAsync(http, ImagesDoor.OpenRouter);
}
