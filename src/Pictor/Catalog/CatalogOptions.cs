using Microsoft.Extensions.Options;

namespace Pictor.Catalog;

/// <summary>Section <c>Pictor:Catalog</c>.</summary>
internal sealed class CatalogOptions
{
    public const string Section = "Pictor:Catalog";

    /// <summary>The model of a request that names none.</summary>
    public string DefaultModel { get; set; } = "flux-kontext-pro";

    /// <summary>Prices a picture in USD, ours and after a slash the list price: <c>my-model=0.035/0.04,other=0.02</c>.</summary>
    public string Prices { get; set; } = "";

    /// <summary>Reads <see cref="Prices"/>.</summary>
    /// <param name="mistakes">What could not be read is added here.</param>
    public IReadOnlyDictionary<string, Price> ReadPrices(ICollection<string> mistakes)
    {
        var prices = new Dictionary<string, Price>(StringComparer.Ordinal);
        foreach (var entry in Prices.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = entry.Split('=', 2, StringSplitOptions.TrimEntries);
            var amounts = parts.Length == 2 ? parts[1].Split('/', 2, StringSplitOptions.TrimEntries) : [];
            if (amounts.Length > 0 && TryAmount(amounts[0], out var ours) && TryAmount(amounts[^1], out var list))
            {
                prices[parts[0]] = Price.Flat(ours, list, "settings");
            }
            else
            {
                mistakes.Add($"Pictor:Catalog:Prices: '{entry}' must be written model=0.035 or model=0.035/0.04, in USD, at most 1000 and with at most six decimals.");
            }
        }

        return prices;
    }

    private static bool TryAmount(string text, out decimal amount) => Amounts.TryParse(text, out amount) && amount is >= 0m and <= Price.Largest;
}

/// <summary>Finds mistakes in <see cref="CatalogOptions"/> at start.</summary>
internal sealed class CatalogOptionsValidator : IValidateOptions<CatalogOptions>
{
    public ValidateOptionsResult Validate(string? name, CatalogOptions options)
    {
        var mistakes = new List<string>();
        options.ReadPrices(mistakes);
        if (options.DefaultModel.Length == 0)
        {
            mistakes.Add("Pictor:Catalog:DefaultModel must name a model.");
        }

        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }
}
