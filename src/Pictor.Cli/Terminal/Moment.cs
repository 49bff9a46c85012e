using System.Globalization;
using System.Text.Json;

namespace Pictor.Cli.Terminal;

/// <summary>Times as people read them.</summary>
internal static class Moment
{
    /// <summary>A member in seconds since 1970 or in ISO 8601, in the local time of the user; empty where there is none.</summary>
    public static string Local(this JsonElement item, params string[] names)
    {
        foreach (var name in names)
        {
            if (item.Integer(name) is { } seconds and > 0 and < 253_402_300_800)
            {
                return Format(DateTimeOffset.FromUnixTimeSeconds(seconds));
            }

            if (item.Text(name) is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            {
                return Format(at);
            }
        }

        return "";
    }

    private static string Format(DateTimeOffset at) => at.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
