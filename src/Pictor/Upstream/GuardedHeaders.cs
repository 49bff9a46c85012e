using System.Reflection;

namespace Pictor.Upstream;

/// <summary>Keeps the requests that go to strangers free of anything that is a credential or smells of one.</summary>
internal static class GuardedHeaders
{
    private static readonly string Agent = "Pictor/" + (Assembly.GetExecutingAssembly().GetName().Version?.ToString(2) ?? "0");

    /// <summary>Refuses, as a mistake of our own, every header that is not known to be harmless; sets the common ones.</summary>
    public static void Check(HttpRequestMessage request, GuardedCall call)
    {
        foreach (var header in request.Headers.NonValidated)
        {
            if (!IsHarmless(header.Key))
            {
                throw new ArgumentException($"The header {header.Key} may not go to an address that a stranger chose.", nameof(request));
            }
        }

        if (call.Redirects > 0 && (request.Content is not null || (request.Method != HttpMethod.Get && request.Method != HttpMethod.Head)))
        {
            throw new ArgumentException("Only a request without a body may follow redirects.", nameof(call));
        }

        request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        if (!request.Headers.NonValidated.Contains("User-Agent"))
        {
            request.Headers.TryAddWithoutValidation("User-Agent", Agent);
        }
    }

    /// <summary>The same question, asked at the next address.</summary>
    public static HttpRequestMessage CopyFor(Uri next, HttpRequestMessage request)
    {
        var copy = new HttpRequestMessage(request.Method, next);
        foreach (var header in request.Headers.NonValidated)
        {
            copy.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        return copy;
    }

    private static bool IsHarmless(string name) =>
        name.StartsWith("webhook-", StringComparison.OrdinalIgnoreCase)
        || name.Equals("x-request-id", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Accept", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Accept-Encoding", StringComparison.OrdinalIgnoreCase)
        || name.Equals("User-Agent", StringComparison.OrdinalIgnoreCase);
}
