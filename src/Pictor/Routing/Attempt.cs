using Pictor.Errors;
using Pictor.Images;

namespace Pictor.Routing;

/// <summary>One try of a part of a job over one channel.</summary>
internal sealed record Attempt
{
    /// <summary>The outcome of an attempt whose pictures are stored.</summary>
    public const string Delivered = "delivered";

    public required string JobId { get; init; }

    /// <summary>1 for the job's first, whatever part it is for.</summary>
    public required int Number { get; init; }

    /// <summary>Which part of the job, from 0: a job that wants more pictures than a call makes has several.</summary>
    public required int Part { get; init; }

    /// <summary>The channel's id.</summary>
    public required string Channel { get; init; }

    /// <summary>The vendor's name of the model.</summary>
    public required string UpstreamModel { get; init; }

    /// <summary>When it was written down, before the first byte left.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The upstream's own id of the call, where it gave one.</summary>
    public string? UpstreamId { get; init; }

    /// <summary>What the upstream gave for asking again.</summary>
    public string? Handle { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary><see cref="Delivered"/>, or the kind of the error.</summary>
    public string? Outcome { get; init; }

    public string? Message { get; init; }

    public ImageUsage? Usage { get; init; }

    /// <summary>What the vendor says it cost, in micro-units of USD.</summary>
    public long? UpstreamCost { get; init; }

    /// <summary>Why it failed; null while it is open, or when it was delivered.</summary>
    public GatewayError? Failure => EndedAt is not null && Enum.TryParse<ErrorKind>(Outcome, out var kind) ? new GatewayError(kind, Message ?? "") : null;

    public Attempt End(GatewayError error, DateTimeOffset at) => this with { EndedAt = at, Outcome = error.Kind.ToString(), Message = error.Message };
}
