using System.Text.Json.Serialization;

namespace Pictor.Api.Billing;

/// <summary>The limits of a key in dollars.</summary>
internal sealed record SubscriptionWire(string Object, bool HasPaymentMethod, decimal SoftLimitUsd, decimal HardLimitUsd, decimal SystemHardLimitUsd, long AccessUntil);

/// <summary>What a key has spent, in hundredths of a dollar.</summary>
internal sealed record BillingUsageWire(string Object, decimal TotalUsage);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SubscriptionWire))]
[JsonSerializable(typeof(BillingUsageWire))]
internal sealed partial class BillingWire : JsonSerializerContext;
