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

    private static PriceRow Row(string? quality, string? shape, long amount) => new(quality, shape, new Micros(amount), new Micros(amount));
}
