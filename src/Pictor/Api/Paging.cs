using System.Globalization;
using Pictor.Images;

namespace Pictor.Api;

/// <summary><c>limit</c> and <c>after</c> of every list.</summary>
/// <param name="Limit">1 to 100, 20 unless asked for.</param>
/// <param name="After">The id that the page before ended with.</param>
internal sealed record Paging(int Limit, string? After)
{
    private const int Most = 100;

    public static Paging Of(HttpContext http)
    {
        var query = http.Request.Query;
        var after = query["after"].ToString();
        var limit = 20;
        if (query["limit"].ToString() is { Length: > 0 } text
            && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= Most))
        {
            throw RequestRules.Invalid($"limit must be between 1 and {Most}", "limit");
        }

        return new Paging(limit, after.Length == 0 ? null : after.Length <= 64 && !after.Contains('\0') ? after : throw RequestRules.Invalid("after must be the id of an item of the list", "after"));
    }
}
