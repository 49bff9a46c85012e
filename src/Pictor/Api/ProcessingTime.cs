using System.Globalization;

namespace Pictor.Api;

/// <summary>Tells in <c>openai-processing-ms</c> how long it took until an answer began.</summary>
internal sealed class ProcessingTime(RequestDelegate next, TimeProvider time)
{
    public Task InvokeAsync(HttpContext http)
    {
        var start = time.GetTimestamp();
        http.Response.OnStarting(() =>
        {
            http.Response.Headers["openai-processing-ms"] = ((long)time.GetElapsedTime(start).TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        });
        return next(http);
    }
}
