using System.Collections.Concurrent;
using System.Threading.Channels;
using Pictor.Storage;

namespace Pictor.Webhooks;

/// <summary>Tells of ended jobs inside this process: the worker looks at once, and listeners hear of it. Only a hint: the rows decide.</summary>
internal sealed class DeliverySignals
{
    private readonly Hints _hints;
    private const int MostUnread = 1_000;
    private readonly ConcurrentDictionary<Channel<string>, string?> _listeners = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public DeliverySignals(Hints hints)
    {
        _hints = hints;
        hints.On(Hints.Told, words => TellListeners(words[0], words[1]));
    }

    /// <summary>A job has ended and its rows are on the disk.</summary>
    public void Ended(string jobId, string keyId, int deliveries)
    {
        if (deliveries > 0)
        {
            Wake();
        }

        TellListeners(jobId, keyId);
        _hints.Tell(Hints.Told, jobId, keyId);
    }

    private void TellListeners(string jobId, string keyId)
    {
        foreach (var (channel, wanted) in _listeners)
        {
            if (wanted is null || wanted == keyId)
            {
                channel.Writer.TryWrite(jobId);
            }
        }
    }

    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Until something happens, or the pause is over.</summary>
    public async Task WaitAsync(TimeSpan pause, TimeProvider time, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(pause, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            await _wake.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The pause is over.
        }
    }

    /// <summary>The ids of jobs that end from now on, of one key or of all; who reads too slowly misses the oldest.</summary>
    public DeliveryListener Listen(string? keyId)
    {
        var channel = Channel.CreateBounded<string>(new BoundedChannelOptions(MostUnread) { FullMode = BoundedChannelFullMode.DropOldest });
        _listeners[channel] = keyId;
        return new DeliveryListener(channel.Reader, () => _listeners.TryRemove(channel, out _));
    }
}

/// <summary>Hears of ended jobs until it is disposed of.</summary>
internal sealed class DeliveryListener(ChannelReader<string> jobIds, Action leave) : IDisposable
{
    public ChannelReader<string> JobIds => jobIds;

    public void Dispose() => leave();
}
