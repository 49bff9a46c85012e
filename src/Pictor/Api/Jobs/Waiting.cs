using System.Globalization;
using Pictor.Images;

namespace Pictor.Api.Jobs;

/// <summary>How long a caller wants to be held: <c>async: true</c>, <c>Prefer: respond-async</c>, <c>Prefer: wait=N</c> (RFC 7240), or to the end.</summary>
/// <param name="Patience">Zero answers at once.</param>
/// <param name="Applied">The preference that is honoured, for <c>Preference-Applied</c>.</param>
/// <param name="TurnsInto202">False for a call that waits for its pictures or an error.</param>
internal sealed record Waiting(TimeSpan Patience, string? Applied, bool TurnsInto202)
{
    /// <summary>True for a caller that asked for nothing of this: it waits for its pictures or an error.</summary>
    public bool IsOrdinary => !TurnsInto202;

    public static Waiting Of(HttpContext http, RequestFields fields, TimeSpan longest)
    {
        if (RequestRules.Boolean(fields, "async") == true)
        {
            return new Waiting(TimeSpan.Zero, null, TurnsInto202: true);
        }

        foreach (var preference in http.Request.Headers["Prefer"].ToString().Split([',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (preference.Equals("respond-async", StringComparison.OrdinalIgnoreCase))
            {
                return new Waiting(TimeSpan.Zero, "respond-async", TurnsInto202: true);
            }

            if (preference.StartsWith("wait=", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(preference.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            {
                var wait = TimeSpan.FromSeconds(seconds);
                return new Waiting(wait < longest ? wait : longest, $"wait={seconds}", TurnsInto202: true);
            }
        }

        return new Waiting(longest, null, TurnsInto202: false);
    }
}
