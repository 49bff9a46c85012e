using System.Text.Json;
using System.Text.Json.Serialization;
using Pictor.Errors;

namespace Pictor.Providers;

/// <summary>What is stored of a call that a vendor accepted: all that a look at it needs, in whatever process, and no credential.</summary>
internal sealed record PollHandle
{
    /// <summary>The longest handle that the conductor stores.</summary>
    public const int Longest = 4000;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LastPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    /// <summary>The vendor's id of the call.</summary>
    public required string Id { get; init; }

    /// <summary>When it was accepted, in Unix milliseconds.</summary>
    public required long At { get; init; }

    /// <summary>Where the vendor said to look.</summary>
    public string? Url { get; init; }

    /// <summary>Where the vendor said the result is, when that is another place.</summary>
    public string? Result { get; init; }

    /// <summary>What the vendor said it costs, in micro-units of USD.</summary>
    public long? Cost { get; init; }

    /// <summary>Since when the vendor says that it knows no such call, in Unix milliseconds.</summary>
    public long? Missing { get; init; }

    /// <summary>Reads a stored handle; null when it is none of ours.</summary>
    public static PollHandle? Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, PollHandleJson.Default.PollHandle);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The outcome for a stored handle that cannot be read.</summary>
    public static ProviderOutcome Unreadable() =>
        new ProviderOutcome.Failed(new GatewayError(ErrorKind.UpstreamOutcomeUnknown, "The stored handle of this call cannot be read, so its result cannot be collected."));

    /// <summary>Not ready: look again, the later the longer it takes, no sooner than the vendor asked.</summary>
    public ProviderOutcome Pending(DateTimeOffset now, TimeSpan? atLeast = null)
    {
        // Proportional to the time since the start: this grows the pause without a counter that would have to be stored.
        var pause = (now - DateTimeOffset.FromUnixTimeMilliseconds(At)) / 4;
        pause = pause < FirstPause ? FirstPause : pause > LastPause ? LastPause : pause;
        return new ProviderOutcome.Pending(ToString(), atLeast > pause ? atLeast.Value : pause) { UpstreamId = Id };
    }

    /// <summary>
    /// The vendor says that it knows no such call. That is believed after a while only: a call is not known everywhere in the
    /// moment it was accepted.
    /// </summary>
    public ProviderOutcome NotFound(DateTimeOffset now)
    {
        var since = Missing ?? now.ToUnixTimeMilliseconds();
        return now - DateTimeOffset.FromUnixTimeMilliseconds(since) < Grace
            ? (this with { Missing = since }).Pending(now)
            : new ProviderOutcome.Failed(new GatewayError(ErrorKind.UpstreamOutcomeUnknown, "The upstream accepted the request and no longer knows it; it may have run, so it is not sent again. Nothing was charged.")) { UpstreamCost = Cost };
    }

    public override string ToString()
    {
        var text = JsonSerializer.Serialize(this, PollHandleJson.Default.PollHandle);
        return text.Length <= Longest ? text : JsonSerializer.Serialize(this with { Url = null, Result = null }, PollHandleJson.Default.PollHandle);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PollHandle))]
internal sealed partial class PollHandleJson : JsonSerializerContext;
