using Pictor.Catalog;
using Pictor.Errors;
using Pictor.Images;
using Pictor.Webhooks;

namespace Pictor.Jobs;

/// <summary>One accepted request, whatever door it came through.</summary>
internal sealed record Job
{
    public required string Id { get; init; }

    /// <summary>The ApiKey that owns it; nobody else finds it by id.</summary>
    public required string KeyId { get; init; }

    public required JobState State { get; init; }

    public required ImageRequest Request { get; init; }

    public IReadOnlyList<Warning> Warnings { get; init; } = [];

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public required DateTimeOffset DeadlineAt { get; init; }

    /// <summary>Scheme and host that links of this job are built from.</summary>
    public required string Origin { get; init; }

    /// <summary>The <c>x-request-id</c> of the call that made it.</summary>
    public required string RequestId { get; init; }

    /// <summary>The span of that call, in whose trace the job runs; null while nobody traces.</summary>
    public string? Trace { get; init; }

    /// <summary>What one picture costs, fixed when the job was accepted.</summary>
    public required Quote Quote { get; init; }

    /// <summary>Reserved on the key until the job ends.</summary>
    public required Micros Held { get; init; }

    /// <summary>True when only the Sandbox answers for the model: booked like any other, in books of its own.</summary>
    public bool IsSandbox { get; init; }

    /// <summary>The process that works on it; null while it waits for anybody.</summary>
    public string? Owner { get; init; }

    /// <summary>Grows whenever it changes hands; what a former owner writes does not count.</summary>
    public long Generation { get; init; }

    public int Attempts { get; init; }

    /// <summary>The channel of the last attempt.</summary>
    public string? Channel { get; init; }

    /// <summary>How many pictures one upstream call makes; fixed when the first one starts, so that a restart splits alike.</summary>
    public int? PerCall { get; init; }

    /// <summary>0 to 100, where the upstream tells.</summary>
    public int? Progress { get; init; }

    public ImageResult? Result { get; init; }

    public GatewayError? Error { get; init; }

    /// <summary>Charged for what was delivered.</summary>
    public Micros? Cost { get; init; }

    /// <summary>Where the caller wants to be told of the end.</summary>
    public Webhook? Webhook { get; init; }

    /// <summary>What the delivered pictures cost at the vendor's list price.</summary>
    public Micros ListCost { get; init; }
}
