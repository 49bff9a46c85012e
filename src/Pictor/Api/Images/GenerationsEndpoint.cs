namespace Pictor.Api.Images;

/// <summary><c>POST /v1/images/generations</c>: the main door.</summary>
internal static class GenerationsEndpoint
{
    public static Task HandleAsync(HttpContext http, ImagesCall call) => call.RunAsync(http, ImagesDoor.Generations);
}
