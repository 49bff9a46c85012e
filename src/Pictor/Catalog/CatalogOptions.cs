using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Pictor.Catalog;

/// <summary>Section <c>Pictor:Catalog</c>.</summary>
internal sealed partial class CatalogOptions
{
    public const string Section = "Pictor:Catalog";

    /// <summary>The model of a request that names none.</summary>
    public string DefaultModel { get; set; } = "flux-kontext-pro";

    /// <summary>
    /// Prices a picture in USD, ours and after a slash the list price: <c>my-model=0.035/0.04,other=0.02</c>. Where quality, shape or
    /// size decide, a model has several, the first that matches counting: <c>m[quality=high max_pixels=1048576]=0.1,m[shape=wide]=0.3,m=0.2</c>.
    /// </summary>
    public string Prices { get; set; } = "";

    /// <summary>Reads <see cref="Prices"/>.</summary>
    /// <param name="mistakes">What could not be read is added here.</param>
    public IReadOnlyDictionary<string, Price> ReadPrices(ICollection<string> mistakes)
    {
        var rows = new Dictionary<string, List<PriceRow>>(StringComparer.Ordinal);
        foreach (var entry in Prices.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (Entry.Match(entry) is { Success: true } match && ReadRow(match) is { } row)
            {
                var model = match.Groups["model"].Value;
                rows.TryAdd(model, []);
                rows[model].Add(row);
            }
            else
            {
                mistakes.Add($"Pictor:Catalog:Prices: '{entry}' must be written model=0.035 or model=0.035/0.04, in USD, at most 1000 and with at most six decimals; conditions are written model[quality=high shape=wide max_pixels=1048576]=0.04, the shape being {string.Join(", ", PriceRow.Shapes)}.");
            }
        }

        foreach (var (model, flaw) in rows.Select(pair => (pair.Key, Price.Flaw(pair.Value))).Where(pair => pair.Item2 is not null))
        {
            mistakes.Add($"Pictor:Catalog:Prices: of the model '{model}', {flaw}.");
        }

        return rows.ToDictionary(pair => pair.Key, pair => new Price("USD", pair.Value, "settings"), StringComparer.Ordinal);
    }

    [GeneratedRegex(@"^(?<model>[^=\[\]]+?)\s*(\[(?<conditions>[^\[\]]*)\])?\s*=\s*(?<ours>[^/]+?)\s*(/\s*(?<list>[^/]+))?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Entry { get; }

    private static PriceRow? ReadRow(Match match)
    {
        var list = match.Groups["list"].Success ? match.Groups["list"] : match.Groups["ours"];
        if (!TryAmount(match.Groups["ours"].Value, out var ours) || !TryAmount(list.Value, out var listed))
        {
            return null;
        }

        var row = new PriceRow(null, null, Micros.Of(ours), Micros.Of(listed));
        foreach (var condition in match.Groups["conditions"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            // What is no condition, or was given already, is a mistake.
            var narrower = condition.Split('=') switch
            {
                ["quality", { Length: > 0 } name] => row with { Quality = name },
                ["shape", var shape] when PriceRow.Shapes.Contains(shape, StringComparer.Ordinal) => row with { Shape = shape },
                ["max_pixels", var text] when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var pixels) && pixels is >= 1 and <= PriceRow.MostPixels => row with { MaxPixels = pixels },
                _ => row,
            };
            if (narrower == row)
            {
                return null;
            }

            row = narrower;
        }

        return row;
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
