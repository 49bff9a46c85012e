namespace Pictor.Assets;

/// <summary>When the links of an answer expire, where it is settled already.</summary>
/// <param name="From">Counted from then; null counts from now.</param>
/// <param name="Life">How long they live; null takes what the request or the setting says.</param>
internal readonly record struct LinkTerms(DateTimeOffset? From, TimeSpan? Life);
