using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Pictor.Storage;

/// <summary>
/// Words between processes that share the tables: something is worth a look. Only hints: whoever waits for one also looks by
/// itself from time to time. With SQLite nobody hears them.
/// </summary>
internal sealed class Hints(IDialect dialect)
{
    /// <summary>A job has moved on; its id.</summary>
    public const string Changed = "changed";

    /// <summary>A job has ended; its id.</summary>
    public const string Ended = "ended";

    /// <summary>A job was ended from outside; its id.</summary>
    public const string Interrupt = "interrupt";

    /// <summary>A job's end can be told; its id and its key's.</summary>
    public const string Told = "told";

    /// <summary>Jobs wait for anybody.</summary>
    public const string Waiting = "waiting";

    /// <summary>Settings were changed; which.</summary>
    public const string Settings = "settings";

    /// <summary>Something was learned of a channel's health.</summary>
    public const string Health = "health";

    private readonly Channel<string> _toTell = Channel.CreateBounded<string>(new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
    private readonly ConcurrentDictionary<string, Action<string[]>> _listeners = new(StringComparer.Ordinal);

    /// <summary>What is to be told, one line each.</summary>
    public ChannelReader<string> ToTell => _toTell.Reader;

    /// <summary>Who wants to know of a topic.</summary>
    public void On(string topic, Action<string[]> listen) => _listeners[topic] = listen;

    public void Tell(string topic, params string[] words)
    {
        if (dialect.IsShared)
        {
            _toTell.Writer.TryWrite(string.Join('\t', [topic, .. words.Select(word => word.Replace('\t', ' ').Replace('\n', ' '))]));
        }
    }

    /// <summary>A line that another process told.</summary>
    public void Hear(string line)
    {
        var parts = line.Split('\t');
        if (_listeners.TryGetValue(parts[0], out var listen))
        {
            listen(parts[1..]);
        }
    }
}
