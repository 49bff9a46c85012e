namespace Pictor.Catalog;

/// <summary>A price and when it begins.</summary>
internal sealed record ScheduledPrice(string Model, DateTimeOffset EffectiveFrom, Price Price)
{
    /// <summary>It was set to hold at once: so it does, also when the clock is set back behind its time.</summary>
    public bool IsAtOnce { get; init; }

    public bool HoldsAt(DateTimeOffset now) => IsAtOnce || EffectiveFrom <= now;
}
