using System.Collections.Frozen;
using Microsoft.Extensions.Options;
using Pictor.Errors;

namespace Pictor.Catalog;

/// <summary>All models of this gateway: an immutable snapshot.</summary>
internal sealed class ModelCatalog(IOptions<CatalogOptions> options)
{
    private readonly FrozenDictionary<string, Model> _byName = DefaultModels.All.ToFrozenDictionary(model => model.Name, StringComparer.Ordinal);

    /// <summary>In the order they are listed.</summary>
    public IReadOnlyList<Model> Models { get; } = DefaultModels.All;

    /// <summary>The model of a request; null or empty takes the default one.</summary>
    /// <exception cref="GatewayException"><see cref="ErrorKind.ModelNotFound"/> or <see cref="ErrorKind.UnpricedModel"/>.</exception>
    public Model Find(string? name)
    {
        if (!_byName.TryGetValue(string.IsNullOrEmpty(name) ? options.Value.DefaultModel : name, out var model))
        {
            throw new GatewayException(ErrorKind.ModelNotFound, $"The model '{Shorten(name!)}' does not exist or you do not have access to it.", "model");
        }

        return model.Price is null
            ? throw new GatewayException(ErrorKind.UnpricedModel, $"The model '{model.Name}' has no price yet, so it cannot be used.", "model")
            : model;
    }

    private static string Shorten(string name) => name.Length > 100 ? name[..100] + "…" : name;
}
