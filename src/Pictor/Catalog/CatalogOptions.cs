using Microsoft.Extensions.Options;

namespace Pictor.Catalog;

/// <summary>Section <c>Pictor:Catalog</c>.</summary>
internal sealed class CatalogOptions
{
    public const string Section = "Pictor:Catalog";

    /// <summary>The model of a request that names none.</summary>
    public string DefaultModel { get; set; } = "flux-kontext-pro";
}

/// <summary>Finds mistakes in <see cref="CatalogOptions"/> at start.</summary>
internal sealed class CatalogOptionsValidator : IValidateOptions<CatalogOptions>
{
    public ValidateOptionsResult Validate(string? name, CatalogOptions options) =>
        DefaultModels.All.Any(model => model.Name == options.DefaultModel)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Pictor:Catalog:DefaultModel: no model is called '{options.DefaultModel}'.");
}
