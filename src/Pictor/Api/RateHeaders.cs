using System.Globalization;
using Pictor.Keys;

namespace Pictor.Api;

/// <summary>Writes <c>x-ratelimit-*</c> as OpenAI does: counts, and the time until all is there again as a duration like <c>12.5s</c>.</summary>
internal static class RateHeaders
{
    public static void Write(IHeaderDictionary headers, RateStanding standing)
    {
        Write(headers, "requests", standing.Requests);
        Write(headers, "images", standing.Images);
    }

    private static void Write(IHeaderDictionary headers, string what, RateCount? count)
    {
        if (count is null)
        {
            return;
        }

        headers[$"x-ratelimit-limit-{what}"] = count.Limit.ToString(CultureInfo.InvariantCulture);
        headers[$"x-ratelimit-remaining-{what}"] = count.Remaining.ToString(CultureInfo.InvariantCulture);
        headers[$"x-ratelimit-reset-{what}"] = string.Create(CultureInfo.InvariantCulture, $"{count.Reset.TotalSeconds:0.###}s");
    }
}
