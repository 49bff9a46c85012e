using System.Text.Json;
using Pictor.Catalog;
using Pictor.Images;
using Pictor.Ledger;

namespace Pictor.Tests.Ledger;

public sealed class QuoteTests
{
    private static readonly PixelSize Square = new(1024, 1024);
    private static readonly PixelSize Wide = new(1536, 1024);

    [Theory]
    [InlineData(null)]
    [InlineData("auto")]
    public void An_open_quality_is_priced_by_what_the_vendor_told_and_held_at_the_dearest(string? quality)
    {
        var quote = Of("gpt-image-1").QuoteFor(quality, size: null);

        quote.Highest.ToString().ShouldBe("0.25");
        quote.HighestList.ToString().ShouldBe("0.25");
        quote.For(Square, "low").Ours.ToString().ShouldBe("0.011");
        quote.For(Wide, "low").Ours.ToString().ShouldBe("0.016");
        quote.For(Square, "medium").List.ToString().ShouldBe("0.042");
        foreach (var told in new[] { "high", "auto", "LOW", "", "galactic", null })
        {
            quote.For(Square, told).Ours.ToString().ShouldBe("0.167", told);
            quote.For(Wide, told).Ours.ToString().ShouldBe("0.25", told);
        }
    }

    [Fact]
    public void A_settled_size_leaves_one_row_a_quality()
    {
        var quote = Of("gpt-image-1").QuoteFor(null, Wide);

        quote.Rows.ShouldAllBe(row => row.Shape == null);
        quote.Rows.Select(row => row.Quality).ShouldBe([null, "low", "medium"]);
        quote.For(Square, "low").Ours.ToString().ShouldBe("0.016");
    }

    [Fact]
    public void A_named_quality_has_its_price_whatever_the_vendor_told()
    {
        var quote = Of("gpt-image-1").QuoteFor("medium", Square);

        quote.Rows.ShouldHaveSingleItem().Quality.ShouldBeNull();
        quote.Knows("low").ShouldBeFalse();
        quote.For(Square, "low").Ours.ToString().ShouldBe("0.042");
    }

    [Fact]
    public void No_quality_that_is_told_costs_more_than_what_is_held()
    {
        // hd is dearer than what a request without a quality costs, so it changes nothing.
        Of("dall-e-3").QuoteFor(null, size: null).Rows.ShouldAllBe(row => row.Quality == null);

        var price = new Price("USD", [Row("low", "square", 10), Row("low", null, 90), Row("high", null, 80), Row(null, null, 50)], "test");
        var quote = price.QuoteFor("auto", size: null);
        quote.Highest.Value.ShouldBe(50);
        quote.For(Square, "low").Ours.Value.ShouldBe(10);
        quote.For(Wide, "low").Ours.Value.ShouldBe(50);
        quote.Knows("high").ShouldBeFalse();
    }

    [Theory]
    [InlineData("high", 1024, 1024, "0.211")]
    [InlineData("high", 1536, 1024, "0.165")]
    [InlineData("high", 1024, 1536, "0.165")]
    [InlineData("high", 2048, 2048, "0.428")]
    [InlineData("high", 2048, 1152, "0.17")]
    [InlineData("high", 3840, 2160, "0.40")]
    [InlineData("high", 2880, 2880, "0.712")]
    [InlineData("medium", 2560, 1440, "0.055")]
    [InlineData("low", 2160, 3840, "0.011")]
    [InlineData("auto", 3840, 2160, "0.40")]
    public void A_large_picture_has_the_price_of_its_size(string quality, int width, int height, string price)
    {
        var quote = Of("gpt-image-2").QuoteFor(quality, new PixelSize(width, height));
        quote.Highest.ToString().ShouldBe(price);
        quote.HighestList.ToString().ShouldBe(price);
        quote.Rows.ShouldAllBe(row => row.IsForAnySize);
    }

    [Fact]
    public void An_open_size_is_held_at_the_dearest_and_priced_as_it_came()
    {
        var quote = Of("gpt-image-2").QuoteFor("medium", size: null);

        quote.Highest.ToString().ShouldBe("0.178");
        quote.For(Square, null).Ours.ToString().ShouldBe("0.053");
        quote.For(Wide, null).Ours.ToString().ShouldBe("0.041");
        quote.For(new PixelSize(1040, 1040), null).Ours.ToString().ShouldBe("0.075");
        quote.For(new PixelSize(2160, 3840), "low").Ours.ToString().ShouldBe("0.10");
        Read(JsonSerializer.Serialize(quote, PriceJson.Default.Quote)).Rows.ShouldBe(quote.Rows);

        var open = Of("gpt-image-2").QuoteFor(null, size: null);
        open.Highest.ToString().ShouldBe("0.712");
        open.For(new PixelSize(2048, 2048), "low").Ours.ToString().ShouldBe("0.012");
        open.For(new PixelSize(2048, 2048), "high").Ours.ToString().ShouldBe("0.428");
    }

    [Theory]
    [InlineData(100, 100, 1)]
    [InlineData(100, 101, 2)]
    [InlineData(2000, 2000, 3)]
    [InlineData(2001, 2000, 4)]
    public void The_first_row_that_matches_decides(int width, int height, long price)
    {
        var prices = new Price(
            "USD",
            [Row(null, null, 1, pixels: 10_000), Row(null, null, 2, pixels: 1_000_000), Row(null, "square", 3), Row(null, null, 4)],
            "test");
        prices.QuoteFor("low", new PixelSize(width, height)).Highest.Value.ShouldBe(price);
        prices.QuoteFor("low", null).For(new PixelSize(width, height), "low").Ours.Value.ShouldBe(price);
    }

    [Fact]
    public void A_price_that_does_not_depend_on_the_quality_has_one_row() =>
        Of("flux-kontext-pro").QuoteFor(null, size: null).Rows.ShouldHaveSingleItem();

    [Fact]
    public void A_quote_is_read_as_it_was_written_and_so_is_one_without_qualities()
    {
        var quote = Of("gpt-image-1").QuoteFor(null, size: null);
        var read = Read(JsonSerializer.Serialize(quote, PriceJson.Default.Quote));
        read.Rows.ShouldBe(quote.Rows);

        var former = Read("""{"Rows":[{"Shape":"square","Ours":{"Value":3},"List":{"Value":3}},{"Shape":"wide","Ours":{"Value":5},"List":{"Value":5}},{"Shape":"tall","Ours":{"Value":4},"List":{"Value":4}}]}""");
        former.Highest.Value.ShouldBe(5);
        former.For(Wide, "low").Ours.Value.ShouldBe(5);
        former.Knows("low").ShouldBeFalse();
    }

    [Fact]
    public void Pictures_of_several_shapes_and_qualities_add_up()
    {
        var quote = Of("gpt-image-1").QuoteFor(null, size: null);
        DeliveredPicture[] pictures = [new(Square, "low"), new(Wide, "medium"), new(Wide, null)];

        CostCalculator.Charge(quote, pictures, CostCalculator.Hold(quote, 3)).ToString().ShouldBe("0.324");
        CostCalculator.List(quote, pictures).ToString().ShouldBe("0.324");
    }

    private static Quote Read(string json) => JsonSerializer.Deserialize(json, PriceJson.Default.Quote)!;

    private static Price Of(string model) => DefaultModels.All.First(known => known.Name == model).Price!;

    private static PriceRow Row(string? quality, string? shape, long amount, long? pixels = null) => new(quality, shape, new Micros(amount), new Micros(amount), pixels);
}
