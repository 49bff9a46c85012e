using System.Globalization;
using Pictor.Catalog;
using Pictor.Images;

namespace Pictor.Api;

/// <summary>Reads the filters of lists.</summary>
internal static class QueryFilters
{
    // A day before the end of the year 9999, so that a moment later still is a time.
    private const long LastSecond = 253_402_214_400;

    /// <summary>The text of a query parameter; null when it is absent.</summary>
    public static string? Text(HttpContext http, string name) =>
        http.Request.Query[name].ToString() switch
        {
            "" => null,
            { Length: <= 200 } text when !text.Contains('\0') => text,
            _ => throw RequestRules.Invalid($"{name} must be at most 200 characters", name),
        };

    /// <summary>A day (<c>2026-11-20</c>), a time in ISO 8601, or seconds since 1970; null when it is absent.</summary>
    public static DateTimeOffset? Time(HttpContext http, string name) =>
        Text(http, name) is not { } text
            ? null
            : ParseTime(text) ?? throw RequestRules.Invalid($"{name} must be a day like 2026-11-20, a time in ISO 8601 or seconds since 1970, not before 1970", name);

    /// <summary>Null when it is none of these.</summary>
    public static DateTimeOffset? ParseTime(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < LastSecond
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) && at >= DateTimeOffset.UnixEpoch ? at : null;

    /// <summary>Micro-units as a decimal string, with the sign of money that is owed.</summary>
    public static string Amount(long micros) => new Micros(micros).ToString();
}
