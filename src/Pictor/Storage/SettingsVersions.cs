using System.Collections.Concurrent;

namespace Pictor.Storage;

/// <summary>Tells every process that settings were changed by one of them, and has them read again.</summary>
internal sealed partial class SettingsVersions(IDialect dialect, Hints hints, ILogger<SettingsVersions> log)
{
    public const string Keys = "keys";
    public const string Channels = "channels";
    public const string Prices = "prices";

    private readonly ConcurrentDictionary<string, Func<CancellationToken, Task>> _readers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _seen = new(StringComparer.Ordinal);

    /// <summary>What is held while a topic is changed.</summary>
    public static string LockOf(string topic) => "settings:" + topic;

    /// <summary>Whoever keeps a topic in memory says how it is read again.</summary>
    public void Follow(string topic, Func<CancellationToken, Task> read) => _readers[topic] = read;

    /// <summary>In the transaction of a change.</summary>
    public async Task ChangedAsync(Session session, string topic)
    {
        if (dialect.IsShared)
        {
            await session.ExecuteAsync("UPDATE settings_versions SET number = number + 1 WHERE topic = @topic", new { topic });
        }
    }

    /// <summary>Behind the transaction: the others look at once instead of in a moment.</summary>
    public void Tell(string topic) => hints.Tell(Hints.Settings, topic);

    /// <summary>What the table says now.</summary>
    public async Task SeenAsync(string topic, long number, CancellationToken cancellationToken)
    {
        if (!_seen.TryGetValue(topic, out var before))
        {
            // Whatever is in memory was read before this first look, or is read behind it.
            before = -1;
        }

        if (before == number)
        {
            return;
        }

        try
        {
            await (_readers.TryGetValue(topic, out var read) ? read(cancellationToken) : Task.CompletedTask);
            _seen[topic] = number;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Log.NotRead(log, fault, topic);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Changed {Topic} could not be read; it is tried again.")]
        public static partial void NotRead(ILogger logger, Exception fault, string topic);
    }
}
