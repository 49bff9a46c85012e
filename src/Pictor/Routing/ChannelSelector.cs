namespace Pictor.Routing;

/// <summary>Orders the channels that could serve a model: priority first, weight by chance inside a priority.</summary>
internal sealed class ChannelSelector(ChannelTable table, Random random)
{
    public IReadOnlyList<Channel> Order(string model)
    {
        var candidates = table.For(model);
        if (candidates.Count <= 1)
        {
            return candidates;
        }

        // Efraimidis and Spirakis: the key u^(1/w) orders a weighted sample without replacement.
        return [.. candidates
            .OrderBy(channel => channel.Priority)
            .ThenByDescending(channel => Math.Pow(random.NextDouble(), 1.0 / channel.Weight))];
    }
}
