using Microsoft.Extensions.Options;
using Pictor.Catalog;
using Pictor.Providers;

namespace Pictor.Routing;

/// <summary>The channels of this gateway: an immutable snapshot of the settings.</summary>
internal sealed class ChannelTable
{
    /// <summary>The id of the channel that answers for models without one of their own.</summary>
    public const string EmbeddedSandbox = "sandbox";

    private readonly IReadOnlyList<Channel> _channels;
    private readonly Channel _sandbox;

    public ChannelTable(IOptions<RoutingOptions> options, IEnumerable<IProvider> providers, ModelCatalog catalog)
    {
        var byName = providers.ToDictionary(provider => provider.Name, StringComparer.OrdinalIgnoreCase);
        var none = new Dictionary<string, string>(StringComparer.Ordinal);
        _sandbox = new Channel
        {
            Id = EmbeddedSandbox,
            Provider = byName["sandbox"],
            Settings = new ChannelSettings(EmbeddedSandbox, BaseUrl: null, Credential: null, none),
            Models = none,
        };
        _channels = [.. options.Value.Channels.Where(entry => entry.Value.Enabled).Select(entry => Read(entry.Key, entry.Value, byName))];
        catalog.Derive(_channels.SelectMany(channel => channel.Models));
    }

    /// <summary>
    /// The channels of a model. As soon as a model has one of its own, the Sandbox never answers for it, not even when that
    /// one fails.
    /// </summary>
    public IReadOnlyList<Channel> For(string model)
    {
        var own = _channels.Where(channel => channel.Models.ContainsKey(model)).ToList();
        return own.Count == 0 ? [_sandbox] : own;
    }

    /// <summary>The channel with this id, for a job that goes on after a restart.</summary>
    public Channel? Find(string id) =>
        _channels.FirstOrDefault(channel => channel.Id == id) ?? (id == EmbeddedSandbox ? _sandbox : null);

    private static Channel Read(string id, ChannelOptions options, Dictionary<string, IProvider> providers) => new()
    {
        Id = id,
        Provider = providers[options.Provider],
        Settings = options.Settings(id),
        Models = options.ModelMap(),
        Priority = options.Priority,
        Weight = options.Weight,
        Concurrent = options.Concurrent,
    };
}
