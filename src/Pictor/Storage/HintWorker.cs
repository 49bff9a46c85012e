using System.Text;
using Npgsql;

namespace Pictor.Storage;

/// <summary>
/// Carries hints by NOTIFY and LISTEN. They go outside of the writers' transactions, many in one: a NOTIFY inside of them would
/// have all commits of the server wait for each other.
/// </summary>
internal sealed partial class HintWorker(PostgreSqlDialect dialect, Replica replica, Hints hints, ILogger<HintWorker> log) : BackgroundService
{
    private const string Channel = "pictor_hints";
    private const int LargestPayload = 7_500;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(AgainAndAgainAsync(ListenAsync, stoppingToken), AgainAndAgainAsync(TellAsync, stoppingToken));

    private async Task AgainAndAgainAsync(Func<CancellationToken, Task> work, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await work(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                Log.Lost(log, fault.Message);
                await Task.Delay(Pause, TimeProvider.System, stoppingToken).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
    }

    private async Task ListenAsync(CancellationToken stoppingToken)
    {
        await using var connection = await dialect.OpenListenerAsync(stoppingToken);
        connection.Notification += (_, told) => Hear(told.Payload);
        await using (var command = new NpgsqlCommand($"LISTEN {Channel}", connection))
        {
            await command.ExecuteNonQueryAsync(stoppingToken);
        }

        while (true)
        {
            await connection.WaitAsync(stoppingToken);
        }
    }

    private async Task TellAsync(CancellationToken stoppingToken)
    {
        await using var connection = await dialect.OpenListenerAsync(stoppingToken);
        var payload = new StringBuilder();
        while (await hints.ToTell.WaitToReadAsync(stoppingToken))
        {
            payload.Clear().Append(replica.Id);
            while (hints.ToTell.TryPeek(out var line) && payload.Length + 1 + Encoding.UTF8.GetByteCount(line) < LargestPayload && hints.ToTell.TryRead(out line))
            {
                payload.Append('\n').Append(line);
            }

            if (payload.Length == replica.Id.Length)
            {
                // Too long for a hint.
                hints.ToTell.TryRead(out _);
                continue;
            }

            // Nobody to hear it: a hint that is lost is found by looking.
            if (replica.Others == 0)
            {
                continue;
            }

            await using var command = new NpgsqlCommand("SELECT pg_notify($1, $2)", connection) { Parameters = { new NpgsqlParameter { Value = Channel }, new NpgsqlParameter { Value = payload.ToString() } } };
            await command.ExecuteNonQueryAsync(stoppingToken);
        }
    }

    private void Hear(string payload)
    {
        var lines = payload.Split('\n');
        foreach (var line in lines[0] == replica.Id ? [] : lines.Skip(1))
        {
            hints.Hear(line);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Hints of other replicas do not come at the moment: {Reason}")]
        public static partial void Lost(ILogger logger, string reason);
    }
}
