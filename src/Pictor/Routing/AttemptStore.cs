using System.Text.Json;
using System.Text.Json.Serialization;
using Pictor.Images;
using Pictor.Storage;

namespace Pictor.Routing;

/// <summary>The rows of attempts.</summary>
internal sealed class AttemptStore(Database database)
{
    private const string Columns = "job_id, number, part, channel, upstream_model, upstream_id, started_at, handle, ended_at, outcome, message, usage, cost_micros";

    public static Task InsertAsync(Session session, Attempt attempt) =>
        session.ExecuteAsync(
            $"INSERT INTO attempts ({Columns}) VALUES (@JobId, @Number, @Part, @Channel, @UpstreamModel, @UpstreamId, @StartedAt, @Handle, @EndedAt, @Outcome, @Message, @Usage, @CostMicros)",
            Row.Of(attempt));

    /// <summary>Writes the handle or the end.</summary>
    public static Task UpdateAsync(Session session, Attempt attempt) =>
        session.ExecuteAsync(
            """
            UPDATE attempts SET upstream_id = @UpstreamId, handle = @Handle, ended_at = @EndedAt, outcome = @Outcome, message = @Message, usage = @Usage, cost_micros = @CostMicros
            WHERE job_id = @JobId AND number = @Number
            """,
            Row.Of(attempt));

    /// <summary>All attempts of a job, in order.</summary>
    public Task<IReadOnlyList<Attempt>> OfJobAsync(string jobId, CancellationToken cancellationToken) =>
        ReadAsync($"SELECT {Columns} FROM attempts WHERE job_id = @jobId ORDER BY number", new { jobId }, cancellationToken);

    /// <summary>Whether a job has brought pictures.</summary>
    public static async Task<bool> HasDeliveredAsync(Session session, string jobId) =>
        await session.FirstOrDefaultAsync<long>("SELECT COUNT(*) FROM attempts WHERE job_id = @jobId AND outcome = @outcome", new { jobId, outcome = Attempt.Delivered }) > 0;

    /// <summary>How many calls a channel has now, on all replicas.</summary>
    public static async Task<long> RunningAsync(Session session, string channel) =>
        await session.FirstOrDefaultAsync<long>(
            "SELECT COUNT(*) FROM attempts a JOIN jobs j ON j.id = a.job_id WHERE a.ended_at IS NULL AND j.ended_at IS NULL AND a.channel = @channel", new { channel });

    /// <summary>Attempts an upstream accepted whose job has ended without them.</summary>
    public Task<IReadOnlyList<Attempt>> UncollectedAsync(CancellationToken cancellationToken) =>
        ReadAsync(
            $"""
             SELECT {string.Join(", ", Columns.Split(", ").Select(column => "a." + column))} FROM attempts a JOIN jobs j ON j.id = a.job_id
             WHERE a.ended_at IS NULL AND a.handle IS NOT NULL AND j.ended_at IS NOT NULL
             """,
            new { },
            cancellationToken);

    private Task<IReadOnlyList<Attempt>> ReadAsync(string sql, object arguments, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Attempt>>(
            async session => [.. (await session.QueryAsync<Row>(sql, arguments)).Select(row => row.ToAttempt())],
            cancellationToken);

    private sealed record Row
    {
        public string JobId { get; init; } = "";

        public long Number { get; init; }

        public long Part { get; init; }

        public string Channel { get; init; } = "";

        public string UpstreamModel { get; init; } = "";

        public string? UpstreamId { get; init; }

        public long StartedAt { get; init; }

        public string? Handle { get; init; }

        public long? EndedAt { get; init; }

        public string? Outcome { get; init; }

        public string? Message { get; init; }

        public string? Usage { get; init; }

        public long? CostMicros { get; init; }

        public static Row Of(Attempt attempt) => new()
        {
            JobId = attempt.JobId,
            Number = attempt.Number,
            Part = attempt.Part,
            Channel = attempt.Channel,
            UpstreamModel = attempt.UpstreamModel,
            UpstreamId = attempt.UpstreamId,
            StartedAt = attempt.StartedAt.ToUnixTimeMilliseconds(),
            Handle = attempt.Handle,
            EndedAt = attempt.EndedAt?.ToUnixTimeMilliseconds(),
            Outcome = attempt.Outcome,
            Message = attempt.Message,
            Usage = attempt.Usage is null ? null : JsonSerializer.Serialize(attempt.Usage, AttemptJson.Default.ImageUsage),
            CostMicros = attempt.UpstreamCost,
        };

        public Attempt ToAttempt() => new()
        {
            JobId = JobId,
            Number = (int)Number,
            Part = (int)Part,
            Channel = Channel,
            UpstreamModel = UpstreamModel,
            UpstreamId = UpstreamId,
            StartedAt = DateTimeOffset.FromUnixTimeMilliseconds(StartedAt),
            Handle = Handle,
            EndedAt = EndedAt is { } ended ? DateTimeOffset.FromUnixTimeMilliseconds(ended) : null,
            Outcome = Outcome,
            Message = Message,
            Usage = Usage is null ? null : JsonSerializer.Deserialize(Usage, AttemptJson.Default.ImageUsage),
            UpstreamCost = CostMicros,
        };
    }
}

/// <summary>How usage is written inside an attempt's row.</summary>
[JsonSourceGenerationOptions(IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(ImageUsage))]
internal sealed partial class AttemptJson : JsonSerializerContext;
