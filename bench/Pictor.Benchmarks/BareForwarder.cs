namespace Pictor.Benchmarks;

/// <summary>The least that a gateway could do: the same framework, the same bytes, nothing else. What everything is compared with.</summary>
internal static class BareForwarder
{
    public static async Task RunAsync(string address, Uri target)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        var app = builder.Build();
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false });
        app.MapPost("/{**path}", async (HttpContext http) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new StreamContent(http.Request.Body) };
            request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
            request.Headers.TryAddWithoutValidation("Authorization", http.Request.Headers.Authorization.ToString());
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, http.RequestAborted);
            http.Response.StatusCode = (int)answer.StatusCode;
            http.Response.ContentType = "application/json";
            http.Response.ContentLength = answer.Content.Headers.ContentLength;
            await answer.Content.CopyToAsync(http.Response.Body, http.RequestAborted);
        });
        app.MapGet("/readyz", () => "ready");
        await app.RunAsync();
    }
}
