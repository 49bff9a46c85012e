using Microsoft.Extensions.Options;
using Pictor.Catalog;
using Pictor.Providers;

namespace Pictor.Routing;

/// <summary>The channels of this gateway, from settings and from the admin API: an immutable snapshot, swapped whole; calls in flight keep theirs.</summary>
internal sealed class ChannelTable
{
    /// <summary>The id of the channel that answers for models without one of their own.</summary>
    public const string EmbeddedSandbox = "sandbox";

    private readonly Dictionary<string, IProvider> _providers;
    private readonly IReadOnlyList<Channel> _configured;
    private readonly Channel _sandbox;
    private readonly ChannelStore _store;
    private readonly ModelCatalog _catalog;
    private IReadOnlyList<Channel> _all;

    public ChannelTable(IOptions<RoutingOptions> options, IEnumerable<IProvider> providers, ChannelStore store, ModelCatalog catalog)
    {
        _providers = providers.ToDictionary(provider => provider.Name, StringComparer.OrdinalIgnoreCase);
        _store = store;
        _catalog = catalog;
        var sandbox = new ChannelOptions { Provider = EmbeddedSandbox };
        _sandbox = Build(EmbeddedSandbox, sandbox, sandbox.Settings(EmbeddedSandbox), isConfigured: true);
        _configured = [.. options.Value.Channels.Select(entry => Build(entry.Key, entry.Value, entry.Value.Settings(entry.Key), isConfigured: true))];
        _all = _configured;
        Publish();
    }

    /// <summary>Every channel but the embedded Sandbox, disabled ones too.</summary>
    public IReadOnlyList<Channel> All => Volatile.Read(ref _all);

    public IReadOnlyCollection<string> ProviderNames => _providers.Keys;

    /// <summary>What is wrong with a row as far as its provider is concerned.</summary>
    public IEnumerable<string> Mistakes(ChannelRow row) => _providers[row.Provider].Mistakes(_store.SettingsOf(row));

    /// <summary>Reads the channels of the admin API again.</summary>
    /// <exception cref="InvalidOperationException">A credential does not open under the master key.</exception>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var made = (await _store.AllAsync(cancellationToken))
            .Where(row => _providers.ContainsKey(row.Provider))
            .Select(row => Build(row.Id, row.ToOptions(), _store.SettingsOf(row), isConfigured: false) with { ChangedAt = row.ChangedAt });
        Volatile.Write(ref _all, [.. _configured, .. made.Where(channel => !_configured.Any(own => own.Id == channel.Id))]);
        Publish();
    }

    /// <summary>
    /// The channels of a model. As soon as a model has one of its own, the Sandbox never answers for it, not even when that
    /// one fails or is disabled.
    /// </summary>
    public IReadOnlyList<Channel> For(string model)
    {
        var own = All.Where(channel => channel.Models.ContainsKey(model)).ToList();
        return own.Count == 0 ? [_sandbox] : [.. own.Where(channel => channel.IsEnabled)];
    }

    /// <summary>The channel with this id, for a job that goes on after a restart; a disabled one still answers for what it has.</summary>
    public Channel? Find(string id) =>
        All.FirstOrDefault(channel => channel.Id == id) ?? (id == EmbeddedSandbox ? _sandbox : null);

    private Channel Build(string id, ChannelOptions options, ChannelSettings settings, bool isConfigured) => new()
    {
        Id = id,
        Provider = _providers[options.Provider],
        Settings = settings,
        Models = options.ModelMap(),
        Priority = options.Priority,
        Weight = options.Weight,
        Concurrent = options.Concurrent,
        IsEnabled = options.Enabled,
        IsConfigured = isConfigured,
    };

    private void Publish() => _catalog.Derive(
        from channel in All
        from model in channel.Models
        let row = channel.Provider.Models.FirstOrDefault(known => known.Name == model.Value)
        select new BroughtModel(model.Key, model.Value, row?.Capabilities, row?.ListPrice is { } list ? new Micros(list) : null, row?.Checked));
}
