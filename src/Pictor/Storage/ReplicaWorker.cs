using Microsoft.Extensions.Options;
using Npgsql;

namespace Pictor.Storage;

/// <summary>Prolongs this replica's lease at the database, learns the database's time from it, and sees what settings were changed.</summary>
internal sealed partial class ReplicaWorker(PostgreSqlDialect dialect, Replica replica, DatabaseTime time, SettingsVersions versions, Hints hints, IOptions<StorageOptions> options, ILogger<ReplicaWorker> log) : BackgroundService
{
    private const long Forgotten = 24 * 60 * 60 * 1_000;
    private readonly SemaphoreSlim _soon = new(0);
    private NpgsqlConnection? _connection;

    /// <summary>Prolongs the lease once.</summary>
    public async Task BeatAsync(CancellationToken cancellationToken)
    {
        var seen = new List<(string Topic, long Number)>();
        try
        {
            var isNew = _connection is null;
            _connection ??= await dialect.OpenListenerAsync(cancellationToken);
            await using var batch = new NpgsqlBatch(_connection) { Timeout = Math.Max(1, (int)(options.Value.Lease.TotalSeconds / 3)) };
            batch.BatchCommands.Add(Command($"INSERT INTO replicas (id, lease_until) VALUES ($1, {dialect.Now} + $2) ON CONFLICT (id) DO UPDATE SET lease_until = EXCLUDED.lease_until", replica.Id, (long)options.Value.Lease.TotalMilliseconds));
            batch.BatchCommands.Add(Command($"DELETE FROM replicas WHERE lease_until < {dialect.Now} - $1", Forgotten));
            batch.BatchCommands.Add(Command(
                $"""
                 SELECT {dialect.Now}, (SELECT COUNT(*) FROM replicas WHERE lease_until >= {dialect.Now}), (SELECT MIN(id) FROM replicas WHERE lease_until >= {dialect.Now}) = $1,
                     (EXTRACT(EPOCH FROM pg_postmaster_start_time()) * 1000)::bigint
                 """,
                replica.Id));
            batch.BatchCommands.Add(Command("SELECT topic, number FROM settings_versions"));
            if (isNew)
            {
                batch.BatchCommands.Add(dialect.DropOldMarks());
            }

            var asked = time.GetTimestamp();
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            var heard = time.GetTimestamp();
            await reader.ReadAsync(cancellationToken);
            var step = time.Set(DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(0)), asked, heard);
            replica.Prolonged(asked, (int)reader.GetInt64(1) - 1, reader.GetBoolean(2), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(3)), wasClockSet: step.Duration() > options.Value.Lease / 3);
            await reader.NextResultAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                seen.Add((reader.GetString(0), reader.GetInt64(1)));
            }
        }
        catch
        {
            await LeaveAsync();
            throw;
        }

        foreach (var (topic, number) in seen)
        {
            await versions.SeenAsync(topic, number, cancellationToken);
        }
    }

    /// <summary>Gives the lease back, so that nobody waits for its end.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            _connection ??= await dialect.OpenListenerAsync(cancellationToken);
            await using var batch = new NpgsqlBatch(_connection) { BatchCommands = { Command("DELETE FROM replicas WHERE id = $1", replica.Id) } };
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (Exception fault) when (fault is NpgsqlException or OperationCanceledException)
        {
            Log.Failed(log, fault);
        }

        await LeaveAsync();
    }

    public override void Dispose()
    {
        _soon.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        hints.On(Hints.Settings, _ => Soon());
        try
        {
            while (true)
            {
                try
                {
                    await BeatAsync(stoppingToken);
                }
                catch (Exception fault) when (fault is not OperationCanceledException)
                {
                    Log.Failed(log, fault);
                }

                using var pause = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                pause.CancelAfter(options.Value.Lease / 6);
                try
                {
                    await _soon.WaitAsync(pause.Token);
                }
                catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
                {
                    // The pause is over.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private void Soon()
    {
        if (_soon.CurrentCount == 0)
        {
            _soon.Release();
        }
    }

    private async Task LeaveAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync();
        }
    }

    private static NpgsqlBatchCommand Command(string sql, params object[] values)
    {
#pragma warning disable CA2100 // The statements above and the dialect's own expression.
        var command = new NpgsqlBatchCommand(sql);
#pragma warning restore CA2100
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The lease of this replica could not be prolonged; it is tried again.")]
        public static partial void Failed(ILogger logger, Exception fault);
    }
}
