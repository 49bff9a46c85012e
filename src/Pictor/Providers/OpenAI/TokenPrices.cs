using System.Globalization;
using Pictor.Images;

namespace Pictor.Providers.OpenAI;

/// <summary>What an upstream bills for the tokens of a gpt-image call, in USD a million. Its answers say how many there were.</summary>
/// <param name="Text">Of the prompt.</param>
/// <param name="Image">Of the references.</param>
/// <param name="Output">Of the pictures that were drawn.</param>
internal sealed record TokenPrices(decimal Text, decimal Image, decimal Output)
{
    private const decimal Largest = 100_000m;

    // openai.com/api/pricing, 2026-05. The discount for cached input is not told in an answer, so it is not counted.
    private static readonly IReadOnlyDictionary<string, TokenPrices> List = new Dictionary<string, TokenPrices>(StringComparer.Ordinal)
    {
        ["gpt-image-2"] = new(5, 8, 30),
        ["gpt-image-1.5"] = new(5, 8, 32),
        ["gpt-image-1"] = new(5, 10, 40),
        ["gpt-image-1-mini"] = new(2, 2.5m, 8),
    };

    /// <summary>OpenAI's own prices for one of its models, or null.</summary>
    public static TokenPrices? Of(string model) => List.GetValueOrDefault(model);

    /// <summary>Reads <c>5/8/30</c>: text in, pictures in, pictures out.</summary>
    public static bool TryParse(string text, out TokenPrices? prices)
    {
        var amounts = text.Split('/', StringSplitOptions.TrimEntries);
        var read = Array.ConvertAll(amounts, amount => decimal.TryParse(amount, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var price) && price <= Largest ? price : -1);
        prices = read is [>= 0, >= 0, >= 0] ? new TokenPrices(read[0], read[1], read[2]) : null;
        return prices is not null;
    }

    /// <summary>In micro-units of USD, rounded up; what no price could be is null.</summary>
    public long? CostOf(ImageUsage usage)
    {
        var cost = Math.Ceiling((usage.InputTextTokens * Text) + (usage.InputImageTokens * Image) + (usage.OutputTokens * Output));
        return cost is > 0 and < 1_000_000_000_000m ? (long)cost : null;
    }
}
