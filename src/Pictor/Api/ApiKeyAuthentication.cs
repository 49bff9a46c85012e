using Pictor.Errors;
using Pictor.Keys;

namespace Pictor.Api;

/// <summary>Turns whichever header a client sends its key in into an <see cref="ApiKey"/>; the same restrictions hold for every way.</summary>
internal sealed class ApiKeyAuthentication(KeyStore keys, IRateLimits rates) : IEndpointFilter
{
    private static readonly string[] KeyHeaders = ["x-api-key", "api-key", "x-key", "x-goog-api-key"];

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var key = await FindAsync(http, keys);
        http.SetKey(key);
        if (key.Limits != KeyLimits.None)
        {
            // Written last, when what this very call takes is counted.
            http.Response.OnStarting(() =>
            {
                RateHeaders.Write(http.Response.Headers, rates.Standing(key));
                return Task.CompletedTask;
            });
        }

        return await next(context);
    }

    /// <summary>The key that a call came with.</summary>
    /// <exception cref="GatewayException"><see cref="ErrorKind.InvalidApiKey"/>.</exception>
    public static async Task<ApiKey> FindAsync(HttpContext http, KeyStore keys)
    {
        var secret = Read(http.Request.Headers)
            ?? throw new GatewayException(ErrorKind.InvalidApiKey, "You didn't provide an API key. Send it as 'Authorization: Bearer YOUR_KEY'.");
        return await keys.AuthenticateAsync(secret, http.RequestAborted)
            ?? throw new GatewayException(ErrorKind.InvalidApiKey, "Incorrect API key provided.");
    }

    /// <summary>For routes that only an administrator may use.</summary>
    public static ValueTask<object?> RequireAdminAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.HttpContext.Key().IsAdmin
            ? next(context)
            : throw new GatewayException(ErrorKind.AdminKeyRequired, "This route needs an admin key.");

    private static string? Read(IHeaderDictionary headers)
    {
        var authorization = headers.Authorization.ToString().Trim();
        if (authorization.Length > 0)
        {
            var blank = authorization.IndexOf(' ', StringComparison.Ordinal);
            return blank < 0 ? authorization : authorization[(blank + 1)..].Trim();
        }

        foreach (var name in KeyHeaders)
        {
            if (headers.TryGetValue(name, out var value) && value.ToString().Trim() is { Length: > 0 } key)
            {
                return key;
            }
        }

        return null;
    }
}
