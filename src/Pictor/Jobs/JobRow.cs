using System.Text.Json;
using System.Text.Json.Serialization;
using Pictor.Catalog;
using Pictor.Errors;
using Pictor.Images;
using Pictor.Webhooks;

namespace Pictor.Jobs;

/// <summary>A job as the table holds it: what is searched for in columns, the rest as JSON.</summary>
internal sealed record JobRow
{
    public const string Columns =
        "id, key_id, state, model, created_at, started_at, ended_at, deadline_at, origin, request_id, request, warnings, price_micros, attempts, channel, per_call, progress, result, error, cost_micros, quote, held_micros, is_sandbox, pictures, list_micros, webhook_url, webhook_secret, owner, generation, trace";

    public string Id { get; init; } = "";

    public string KeyId { get; init; } = "";

    public string State { get; init; } = "";

    public string Model { get; init; } = "";

    public long CreatedAt { get; init; }

    public long? StartedAt { get; init; }

    public long? EndedAt { get; init; }

    public long DeadlineAt { get; init; }

    public string Origin { get; init; } = "";

    public string RequestId { get; init; } = "";

    public string Request { get; init; } = "";

    public string Warnings { get; init; } = "";

    public long PriceMicros { get; init; }

    public long Attempts { get; init; }

    public string? Channel { get; init; }

    public long? PerCall { get; init; }

    public long? Progress { get; init; }

    public string? Result { get; init; }

    public string? Error { get; init; }

    public long? CostMicros { get; init; }

    public string? Quote { get; init; }

    public long HeldMicros { get; init; }

    public long IsSandbox { get; init; }

    public long Pictures { get; init; }

    public long ListMicros { get; init; }

    public string? WebhookUrl { get; init; }

    public string? WebhookSecret { get; init; }

    public string? Trace { get; init; }

    public string? Owner { get; init; }

    public long Generation { get; init; }

    public static JobRow Of(Job job) => new()
    {
        Id = job.Id,
        KeyId = job.KeyId,
        State = job.State.Name(),
        Model = job.Request.Model,
        CreatedAt = job.CreatedAt.ToUnixTimeMilliseconds(),
        StartedAt = job.StartedAt?.ToUnixTimeMilliseconds(),
        EndedAt = job.EndedAt?.ToUnixTimeMilliseconds(),
        DeadlineAt = job.DeadlineAt.ToUnixTimeMilliseconds(),
        Origin = job.Origin,
        RequestId = job.RequestId,
        Request = JsonSerializer.Serialize(job.Request, JobRowJson.Default.ImageRequest),
        Warnings = JsonSerializer.Serialize(job.Warnings, JobRowJson.Default.IReadOnlyListWarning),
        PriceMicros = job.Quote.Highest.Value,
        Attempts = job.Attempts,
        Channel = job.Channel,
        PerCall = job.PerCall,
        Progress = job.Progress,
        Result = job.Result is null ? null : JsonSerializer.Serialize(job.Result, JobRowJson.Default.ImageResult),
        Error = job.Error is null ? null : JsonSerializer.Serialize(job.Error, JobRowJson.Default.GatewayError),
        CostMicros = job.Cost?.Value,
        Quote = JsonSerializer.Serialize(job.Quote, JobRowJson.Default.Quote),
        HeldMicros = job.Held.Value,
        IsSandbox = job.IsSandbox ? 1 : 0,
        Pictures = job.Result?.Images.Count ?? 0,
        ListMicros = job.ListCost.Value,
        WebhookUrl = job.Webhook?.Url,
        WebhookSecret = job.Webhook?.SealedSecret,
        Trace = job.Trace,
        Owner = job.Owner,
        Generation = job.Generation,
    };

    public Job ToJob() => new()
    {
        Id = Id,
        KeyId = KeyId,
        State = JobStates.Parse(State),
        Request = JsonSerializer.Deserialize(Request, JobRowJson.Default.ImageRequest)!,
        Warnings = JsonSerializer.Deserialize(Warnings, JobRowJson.Default.IReadOnlyListWarning)!,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
        StartedAt = Time(StartedAt),
        EndedAt = Time(EndedAt),
        DeadlineAt = DateTimeOffset.FromUnixTimeMilliseconds(DeadlineAt),
        Origin = Origin,
        RequestId = RequestId,
        Quote = Quote is null ? new Quote([new PriceRow(null, null, new Micros(PriceMicros), new Micros(PriceMicros))]) : JsonSerializer.Deserialize(Quote, JobRowJson.Default.Quote)!,
        Held = new Micros(HeldMicros),
        IsSandbox = IsSandbox != 0,
        ListCost = new Micros(ListMicros),
        Webhook = WebhookUrl is null ? null : new Webhook(WebhookUrl, WebhookSecret),
        Trace = Trace,
        Owner = Owner,
        Generation = Generation,
        Attempts = (int)Attempts,
        Channel = Channel,
        PerCall = (int?)PerCall,
        Progress = (int?)Progress,
        Result = Result is null ? null : JsonSerializer.Deserialize(Result, JobRowJson.Default.ImageResult),
        Error = Error is null ? null : JsonSerializer.Deserialize(Error, JobRowJson.Default.GatewayError),
        Cost = CostMicros is { } cost ? new Micros(cost) : null,
    };

    private static DateTimeOffset? Time(long? milliseconds) =>
        milliseconds is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
}

/// <summary>How the JSON columns of a job are written; names of kinds, not numbers, so that rows outlive the enumerations.</summary>
[JsonSourceGenerationOptions(
    UseStringEnumConverter = true,
    IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ImageRequest))]
[JsonSerializable(typeof(IReadOnlyList<Warning>))]
[JsonSerializable(typeof(ImageResult))]
[JsonSerializable(typeof(GatewayError))]
[JsonSerializable(typeof(Quote))]
internal sealed partial class JobRowJson : JsonSerializerContext;
