namespace Pictor.Api;

/// <summary>Answers <c>/v1/v1/…</c> like <c>/v1/…</c>: clients that append the prefix to a base URL that has it already are common.</summary>
internal sealed class DoubledPrefix(RequestDelegate next)
{
    private static readonly PathString Doubled = "/v1/v1";

    public Task InvokeAsync(HttpContext http)
    {
        if (http.Request.Path.StartsWithSegments(Doubled, StringComparison.Ordinal, out var rest))
        {
            http.Request.Path = "/v1" + rest;
        }

        return next(http);
    }
}
