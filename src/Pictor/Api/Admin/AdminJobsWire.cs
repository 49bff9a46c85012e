using System.Text.Json.Serialization;
using Pictor.Catalog;
using Pictor.Errors;
using Pictor.Jobs;
using Pictor.Routing;

namespace Pictor.Api.Admin;

/// <summary>A job as administrators see it.</summary>
internal sealed record AdminJobWire
{
    public required string Id { get; init; }

    public string Object => "job";

    public required string Key { get; init; }

    public required string Model { get; init; }

    public required string Status { get; init; }

    /// <summary>The state behind the status: <c>reserved</c>, <c>sending</c>, <c>accepted</c>, <c>unknown</c>…</summary>
    public required string State { get; init; }

    public required long CreatedAt { get; init; }

    public long? StartedAt { get; init; }

    public long? EndedAt { get; init; }

    public required string RequestId { get; init; }

    public string? Channel { get; init; }

    public required int Wanted { get; init; }

    public required int Pictures { get; init; }

    public required string Held { get; init; }

    public string? Cost { get; init; }

    public string? ListCost { get; init; }

    public bool? Sandbox { get; init; }

    public AdminErrorWire? Error { get; init; }

    public IReadOnlyList<AttemptWire>? Attempts { get; init; }

    public static AdminJobWire Of(Job job, IReadOnlyList<Attempt>? attempts) => new()
    {
        Id = job.Id,
        Key = job.KeyId,
        Model = job.Request.Model,
        Status = job.State.Status(),
        State = job.State.Name(),
        CreatedAt = job.CreatedAt.ToUnixTimeSeconds(),
        StartedAt = job.StartedAt?.ToUnixTimeSeconds(),
        EndedAt = job.EndedAt?.ToUnixTimeSeconds(),
        RequestId = job.RequestId,
        Channel = job.Channel,
        Wanted = job.Request.N,
        Pictures = job.Result?.Images.Count ?? 0,
        Held = job.Held.ToString(),
        Cost = job.Cost?.ToString(),
        ListCost = job.Cost is null ? null : job.ListCost.ToString(),
        Sandbox = job.IsSandbox ? true : null,
        Error = job.Error is { } error ? new AdminErrorWire(error.Message, ErrorTable.Row(error.Kind).Type, error.EffectiveCode) : null,
        Attempts = attempts is null ? null : [.. attempts.Select(AttemptWire.Of)],
    };
}

/// <summary>One try of a part of a job over one channel.</summary>
internal sealed record AttemptWire
{
    public required int Number { get; init; }

    public required int Part { get; init; }

    public required string Channel { get; init; }

    public required string UpstreamModel { get; init; }

    /// <summary>The upstream's own id of the call: what its support asks for.</summary>
    public string? UpstreamId { get; init; }

    public required long StartedAt { get; init; }

    public long? EndedAt { get; init; }

    public long? Milliseconds { get; init; }

    public string? Outcome { get; init; }

    public string? Message { get; init; }

    public string? UpstreamCost { get; init; }

    public static AttemptWire Of(Attempt attempt) => new()
    {
        Number = attempt.Number,
        Part = attempt.Part,
        Channel = attempt.Channel,
        UpstreamModel = attempt.UpstreamModel,
        UpstreamId = attempt.UpstreamId,
        StartedAt = attempt.StartedAt.ToUnixTimeSeconds(),
        EndedAt = attempt.EndedAt?.ToUnixTimeSeconds(),
        Milliseconds = attempt.EndedAt is { } ended ? (long)(ended - attempt.StartedAt).TotalMilliseconds : null,
        Outcome = attempt.Outcome,
        Message = attempt.Message,
        UpstreamCost = attempt.UpstreamCost is { } cost ? new Micros(cost).ToString() : null,
    };
}

internal sealed record AdminErrorWire(string Message, string Type, string? Code);

internal sealed record AdminJobListWire(IReadOnlyList<AdminJobWire> Data, bool HasMore);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AdminJobListWire))]
internal sealed partial class AdminJobsWire : JsonSerializerContext;
