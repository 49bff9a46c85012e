using System.Threading.Channels;

namespace Pictor.Jobs;

/// <summary>The order in which this process takes its jobs. The table is the queue; this only saves looking for the next one.</summary>
internal sealed class JobQueue
{
    private const int KeptWhole = 1_000;
    private readonly Channel<Item> _items = Channel.CreateUnbounded<Item>();

    /// <summary>How many wait here.</summary>
    public int Depth => _items.Reader.Count;

    /// <summary>With replicas: how many wait for anybody, as of the last look.</summary>
    public int Unclaimed { get; set; }

    /// <summary>Adds a job that is in the table. A long queue keeps ids only, so that it does not grow with the requests.</summary>
    public void Add(Job job) => _items.Writer.TryWrite(new Item(job.Id, _items.Reader.Count < KeptWhole ? job : null));

    public void Add(string id) => _items.Writer.TryWrite(new Item(id, null));

    /// <summary>Takes back what nobody has started on.</summary>
    public IReadOnlyList<string> TakeBack()
    {
        var ids = new List<string>();
        while (_items.Reader.TryRead(out var item))
        {
            ids.Add(item.Id);
        }

        return ids;
    }

    public IAsyncEnumerable<Item> ReadAsync(CancellationToken cancellationToken) => _items.Reader.ReadAllAsync(cancellationToken);

    /// <summary>One job to run.</summary>
    public readonly record struct Item(string Id, Job? Job);
}
