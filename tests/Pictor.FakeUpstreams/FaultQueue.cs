namespace Pictor.FakeUpstreams;

/// <summary>Faults for the next calls, whoever makes them.</summary>
public sealed class FaultQueue
{
    private readonly Lock _lock = new();
    private readonly List<(Directives Directives, string? Dialect)> _waiting = [];

    /// <param name="directives">Such as <c>status=503 body=none</c> or <c>fault=html at=poll</c>.</param>
    /// <param name="next">How many calls of that stage they hold for.</param>
    /// <param name="dialect">Only this vendor's calls, or null for anyone's.</param>
    public void Add(string directives, int next = 1, string? dialect = null)
    {
        var parsed = Directives.Parse(directives);
        lock (_lock)
        {
            _waiting.AddRange(Enumerable.Repeat((parsed, dialect), next));
        }
    }

    /// <summary>How many have not met a call yet.</summary>
    public int Left
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _waiting.Clear();
        }
    }

    internal Directives Take(string? dialect, string stage)
    {
        lock (_lock)
        {
            var index = _waiting.FindIndex(waiting => waiting.Directives.Stage == stage && (waiting.Dialect is null || waiting.Dialect == dialect));
            if (index < 0)
            {
                return Directives.None;
            }

            var taken = _waiting[index].Directives;
            _waiting.RemoveAt(index);
            return taken;
        }
    }
}
