namespace Pictor.Webhooks;

/// <summary>When a delivery that failed is tried again.</summary>
internal sealed class DeliverySchedule(Random random)
{
    /// <summary>At most so much of a pause is added, so that what failed together does not come back together.</summary>
    public const double Jitter = 0.2;

    // The pauses that Standard Webhooks recommends; the first try is at once.
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    /// <summary>No pause is longer, whatever a receiver asks for; a time beyond it can only come from a clock that was set.</summary>
    public static TimeSpan Longest { get; } = Pauses[^1] * (1 + Jitter);

    /// <summary>The pause behind a failed try, or null after the last one.</summary>
    /// <param name="step">0 after the first try.</param>
    /// <param name="retryAfter">What the receiver asked for.</param>
    public TimeSpan? After(long step, TimeSpan? retryAfter)
    {
        if (step >= Pauses.Length)
        {
            return null;
        }

        var pause = Pauses[step] * (1 + (random.NextDouble() * Jitter));
        return retryAfter is { } asked && asked > pause ? (asked < Longest ? asked : Longest) : pause;
    }
}
