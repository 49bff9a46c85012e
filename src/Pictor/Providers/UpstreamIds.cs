using System.Net.Http.Headers;

namespace Pictor.Providers;

/// <summary>The id that a vendor gives a request in the headers of its answer.</summary>
internal static class UpstreamIds
{
    private const int Longest = 200;

    // OpenAI and most relays; Azure; new-api and one-api; fal.
    private static readonly string[] Names = ["x-request-id", "apim-request-id", "x-oneapi-request-id", "x-fal-request-id"];

    /// <summary>The first there is; null for none, and for one that nobody would write down.</summary>
    public static string? Of(HttpResponseHeaders headers) => Names
        .Select(name => headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null)
        .FirstOrDefault(id => id is { Length: > 0 and <= Longest } && !id.Any(char.IsControl));
}
