namespace Pictor.Catalog;

/// <summary>OpenAI's prices for its gpt-image models, USD a picture by quality and size: openai.com/api/pricing, 2026-05.</summary>
internal static class GptImagePrices
{
    private const string Source = "openai.com/api/pricing, 2026-05";
    private const string Square = "square";

    private static readonly string?[] Qualities = ["low", "medium", null];

    public static Price Gpt1 { get; } = Of([new(Square, null, 0.011m, 0.042m, 0.167m), new(null, null, 0.016m, 0.063m, 0.250m)]);

    public static Price Gpt15 { get; } = Of([new(Square, null, 0.009m, 0.034m, 0.133m), new("tall", null, 0.013m, 0.051m, 0.200m), new(null, null, 0.013m, 0.050m, 0.199m)]);

    public static Price Gpt1Mini { get; } = Of([new(Square, null, 0.002m, 0.008m, 0.033m), new(null, null, 0.003m, 0.013m, 0.050m)]);

    /// <summary>
    /// Of a model that draws any size: the vendor bills its output tokens, 30 USD a million, and says them for single sizes. Each
    /// class here has the price of the usual size at its end: 1024, 1536, 2048 and 2880 squared, 1536x1024, 2048x1152, 2560x1440 and
    /// 3840x2160. The first of each are in the vendor's list, the others are reckoned with the tokens its calculator gives.
    /// </summary>
    public static Price Gpt2 { get; } = Of(
    [
        new(Square, 1024 * 1024, 0.006m, 0.053m, 0.211m),
        new(Square, 1536 * 1536, 0.008m, 0.075m, 0.301m),
        new(Square, 2048 * 2048, 0.012m, 0.107m, 0.428m),
        new(Square, null, 0.020m, 0.178m, 0.712m),
        new(null, 1536 * 1024, 0.005m, 0.041m, 0.165m),
        new(null, 2048 * 1152, 0.005m, 0.042m, 0.170m),
        new(null, 2560 * 1440, 0.006m, 0.055m, 0.221m),
        new(null, null, 0.011m, 0.100m, 0.400m),
    ]);

    // `auto` lets the vendor choose, so the dearest quality is what may be reached.
    private static Price Of(Class[] classes) => new("USD", [.. Qualities.SelectMany(quality => classes.Select(one => one.Row(quality)))], Source);

    private sealed record Class(string? Shape, long? MaxPixels, decimal Low, decimal Medium, decimal High)
    {
        public PriceRow Row(string? quality)
        {
            var amount = Micros.Of(quality switch { "low" => Low, "medium" => Medium, _ => High });
            return new PriceRow(quality, Shape, amount, amount, MaxPixels);
        }
    }
}
