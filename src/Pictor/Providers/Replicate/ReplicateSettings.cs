using System.Globalization;

namespace Pictor.Providers.Replicate;

/// <summary>The settings a channel of this provider may have beside the common ones.</summary>
/// <param name="Wait">
/// Seconds for which the vendor is asked to hold the answer to a submit, 0 to 60. Short on purpose: until the answer is here, there
/// is no id to store, and a call that this process dies over cannot be collected.
/// </param>
internal sealed record ReplicateSettings(int Wait)
{
    private const int Default = 1;
    private const int Longest = 60;

    /// <summary>Reads them; what cannot be read was reported before and is the default.</summary>
    public static ReplicateSettings Of(ChannelSettings channel) =>
        new(channel.Options.TryGetValue(nameof(Wait), out var text) && TryRead(text, out var wait) ? wait : Default);

    /// <summary>The mistakes in them, each as one sentence.</summary>
    public static IEnumerable<string> Mistakes(ChannelSettings channel)
    {
        if (channel.Options.TryGetValue(nameof(Wait), out var text) && !TryRead(text, out _))
        {
            yield return $"{nameof(Wait)}: \"{text}\" is not a number of seconds from 0 to {Longest}.";
        }
    }

    private static bool TryRead(string text, out int wait) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out wait) && wait <= Longest;
}
