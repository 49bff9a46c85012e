namespace Pictor.Api.Images;

/// <summary><c>POST /v1/images/edits</c>: a form with pictures, or JSON.</summary>
internal static class EditsEndpoint
{
    public static Task HandleAsync(HttpContext http, ImagesCall call) => call.RunAsync(http, ImagesDoor.Edits);
}
