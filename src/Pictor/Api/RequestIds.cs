using Pictor.Storage;

namespace Pictor.Api;

/// <summary>Gives every call its <c>x-request-id</c>, before anything can go wrong with it.</summary>
internal sealed class RequestIds(RequestDelegate next, RowIds ids)
{
    public Task InvokeAsync(HttpContext http)
    {
        http.SetRequestId(ids.Ordered("req"));
        return next(http);
    }
}
