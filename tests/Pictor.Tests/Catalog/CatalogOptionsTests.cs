using Pictor.Catalog;

namespace Pictor.Tests.Catalog;

public sealed class CatalogOptionsTests
{
    [Fact]
    public void Reads_flat_prices_and_such_with_conditions()
    {
        var prices = Read("a=0.035/0.04, b[quality=high max_pixels=1048576]=0.1/0.2,b[ shape=wide ] = 0.3 , b=0.2,модель 图=1");

        prices.Keys.ShouldBe(["a", "b", "модель 图"]);
        prices["a"].Rows.ShouldBe([Row(null, null, null, 35_000, 40_000)]);
        prices["b"].Rows.ShouldBe([Row("high", null, 1_048_576, 100_000, 200_000), Row(null, "wide", null, 300_000, 300_000), Row(null, null, null, 200_000, 200_000)]);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a=")]
    [InlineData("=1")]
    [InlineData("a=1/2/3")]
    [InlineData("a=-1")]
    [InlineData("a=1001")]
    [InlineData("a=1e2")]
    [InlineData("a=0.0000001")]
    [InlineData("a[]=x")]
    [InlineData("a[quality=]=1,a=1")]
    [InlineData("a[shape=round]=1,a=1")]
    [InlineData("a[max_pixels=0]=1,a=1")]
    [InlineData("a[max_pixels=1.5]=1,a=1")]
    [InlineData("a[max_pixels=99999999999]=1,a=1")]
    [InlineData("a[quality=low quality=low]=1,a=1")]
    [InlineData("a[size=big]=1,a=1")]
    [InlineData("a[quality=low=1,a=1")]
    [InlineData("a[quality=low]=1", "of the model 'a', the last of rows must have no conditions")]
    [InlineData("a=1,a[quality=low]=1", "of the model 'a', rows[0] has no conditions")]
    [InlineData("a=1,b=2,a=3", "rows[0] has no conditions")]
    public void Tells_what_it_cannot_read(string text, string says = "must be written")
    {
        var mistakes = new List<string>();
        new CatalogOptions { Prices = text }.ReadPrices(mistakes);
        mistakes.ShouldNotBeEmpty();
        mistakes[0].ShouldContain(says);
    }

    private static IReadOnlyDictionary<string, Price> Read(string text)
    {
        var mistakes = new List<string>();
        var prices = new CatalogOptions { Prices = text }.ReadPrices(mistakes);
        mistakes.ShouldBeEmpty();
        return prices;
    }

    private static PriceRow Row(string? quality, string? shape, long? pixels, long ours, long list) => new(quality, shape, new Micros(ours), new Micros(list), pixels);
}
