using System.Collections.Frozen;
using Microsoft.Extensions.Options;
using Pictor.Errors;
using Pictor.Images;

namespace Pictor.Catalog;

/// <summary>All models of this gateway: an immutable snapshot, swapped whole when channels bring other models.</summary>
internal sealed class ModelCatalog
{
    private readonly CatalogOptions _options;
    private readonly IReadOnlyDictionary<string, Price> _prices;
    private readonly TimeProvider _time;
    private Snapshot _now;
    private ILookup<string, ScheduledPrice> _scheduled = Enumerable.Empty<ScheduledPrice>().ToLookup(price => price.Model, StringComparer.Ordinal);

    public ModelCatalog(IOptions<CatalogOptions> options, TimeProvider time)
    {
        _time = time;
        _options = options.Value;
        _prices = _options.ReadPrices([]);
        _now = Build([]);
    }

    /// <summary>In the order they are listed.</summary>
    public IReadOnlyList<Model> Models => [.. Volatile.Read(ref _now).Models.Select(Priced)];

    /// <summary>The prices that administrators set for a model, oldest first.</summary>
    public IEnumerable<ScheduledPrice> ScheduledFor(string model) => Volatile.Read(ref _scheduled)[model];

    /// <summary>Takes the prices that administrators set; each beats the settings from its time on.</summary>
    /// <param name="prices">All of them, oldest first.</param>
    public void Schedule(IReadOnlyList<ScheduledPrice> prices) =>
        Volatile.Write(ref _scheduled, prices.ToLookup(price => price.Model, StringComparer.Ordinal));

    /// <summary>Adds the models that only channels bring: they take capabilities and price from the model they map to.</summary>
    /// <param name="brought">What all channels bring; the first of a name counts.</param>
    public void Derive(IEnumerable<BroughtModel> brought) => Volatile.Write(ref _now, Build(brought));

    /// <summary>The model of a request; null or empty takes the default one.</summary>
    /// <exception cref="GatewayException"><see cref="ErrorKind.ModelNotFound"/> or <see cref="ErrorKind.UnpricedModel"/>.</exception>
    public Model Find(string? name)
    {
        if (!Volatile.Read(ref _now).ByName.TryGetValue(string.IsNullOrEmpty(name) ? _options.DefaultModel : name, out var model))
        {
            var shown = string.IsNullOrEmpty(name) ? _options.DefaultModel : name.Length > 100 ? name[..100] + "…" : name;
            throw new GatewayException(ErrorKind.ModelNotFound, $"The model '{shown}' does not exist or you do not have access to it.", "model");
        }

        model = Priced(model);
        return model.Price is null
            ? throw new GatewayException(ErrorKind.UnpricedModel, $"The model '{model.Name}' has no price yet, so it cannot be used.", "model")
            : model;
    }

    /// <summary>
    /// What a model can, for a job that was accepted while it was here. A model that went with its channel can whatever one can
    /// of which nothing is known: what was paid for is delivered all the same.
    /// </summary>
    public Capabilities CapabilitiesOf(string name) =>
        Volatile.Read(ref _now).ByName.TryGetValue(name, out var model) ? model.Capabilities : DefaultModels.Unknown;

    private Model Priced(Model model) =>
        ScheduledFor(model.Name).LastOrDefault(price => price.HoldsAt(_time.GetUtcNow())) is { } scheduled
            ? model with { Price = scheduled.Price }
            : model;

    private Snapshot Build(IEnumerable<BroughtModel> brought)
    {
        var models = DefaultModels.All.ToList();
        foreach (var entry in brought.Where(entry => models.TrueForAll(model => model.Name != entry.Name)).DistinctBy(entry => entry.Name).ToList())
        {
            models.Add(DefaultModels.All.FirstOrDefault(model => model.Name == entry.Upstream) is { } known
                ? known with { Name = entry.Name }
                : DefaultModels.Brought(entry));
        }

        var priced = models.Select(model => _prices.TryGetValue(model.Name, out var price) ? model with { Price = price } : model).ToList();
        return new Snapshot(priced, priced.ToFrozenDictionary(model => model.Name, StringComparer.Ordinal));
    }

    private sealed record Snapshot(IReadOnlyList<Model> Models, FrozenDictionary<string, Model> ByName);
}
