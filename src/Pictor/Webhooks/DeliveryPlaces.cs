using Microsoft.Extensions.Options;

namespace Pictor.Webhooks;

/// <summary>Who has how many tries under way: a receiver that hangs fills its own places and nobody else's.</summary>
internal sealed class DeliveryPlaces(IOptions<WebhooksOptions> options)
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _running = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _receivers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _keys = new(StringComparer.Ordinal);

    /// <summary>What is under way.</summary>
    public string[] Running()
    {
        lock (_gate)
        {
            return [.. _running];
        }
    }

    /// <summary>What may be started now; null when every place is taken.</summary>
    public DueQuestion? Question()
    {
        lock (_gate)
        {
            var free = options.Value.Concurrent - _running.Count;
            return free <= 0 ? null : new DueQuestion([.. _running], [.. Full(_receivers, options.Value.PerReceiver)], [.. Full(_keys, options.Value.PerKey)], Math.Min(free, 500));
        }
    }

    /// <summary>Takes a place, if there is one for this delivery.</summary>
    public bool TryTake(Delivery delivery)
    {
        lock (_gate)
        {
            if (_running.Count >= options.Value.Concurrent
                || _receivers.GetValueOrDefault(delivery.Receiver) >= options.Value.PerReceiver
                || _keys.GetValueOrDefault(delivery.KeyId) >= options.Value.PerKey
                || !_running.Add(delivery.Id))
            {
                return false;
            }

            _receivers[delivery.Receiver] = _receivers.GetValueOrDefault(delivery.Receiver) + 1;
            _keys[delivery.KeyId] = _keys.GetValueOrDefault(delivery.KeyId) + 1;
            return true;
        }
    }

    public void GiveBack(Delivery delivery)
    {
        lock (_gate)
        {
            _running.Remove(delivery.Id);
            Less(_receivers, delivery.Receiver);
            Less(_keys, delivery.KeyId);
        }
    }

    private static IEnumerable<string> Full(Dictionary<string, int> counts, int most) => counts.Where(count => count.Value >= most).Select(count => count.Key);

    private static void Less(Dictionary<string, int> counts, string name)
    {
        if (--counts[name] == 0)
        {
            counts.Remove(name);
        }
    }
}
