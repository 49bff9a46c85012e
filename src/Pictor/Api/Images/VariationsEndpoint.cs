namespace Pictor.Api.Images;

/// <summary><c>POST /v1/images/variations</c>: a picture, and no prompt unless the caller wants one.</summary>
internal static class VariationsEndpoint
{
    public static Task HandleAsync(HttpContext http, ImagesCall call) => call.RunAsync(http, ImagesDoor.Variations);
}
