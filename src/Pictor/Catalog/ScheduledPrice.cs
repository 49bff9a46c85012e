namespace Pictor.Catalog;

/// <summary>A price and when it begins.</summary>
internal sealed record ScheduledPrice(string Model, DateTimeOffset EffectiveFrom, Price Price);
