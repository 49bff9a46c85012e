using Pictor.Catalog;
using Pictor.Images;
using Pictor.Ledger;

namespace Pictor.Tests.Ledger;

public sealed class CostCalculatorTests
{
    private static readonly Price Gpt = DefaultModels.All.First(model => model.Name == "gpt-image-1").Price!;
    private static readonly PixelSize Square = new(1024, 1024);
    private static readonly PixelSize Wide = new(1536, 1024);
    private static readonly PixelSize Tall = new(1024, 1536);

    [Fact]
    public void Holds_the_dearest_shape_and_charges_the_delivered_ones()
    {
        var quote = Gpt.QuoteFor("low", size: null);
        var held = CostCalculator.Hold(quote, 3);
        held.ToString().ShouldBe("0.048");
        CostCalculator.Charge(quote, [new(Square, null), new(Tall, null)], held).ToString().ShouldBe("0.027");
        CostCalculator.Charge(quote, [], held).Value.ShouldBe(0);
    }

    [Fact]
    public void Never_charges_more_than_is_held()
    {
        var quote = Gpt.QuoteFor("low", new PixelSize(1024, 1024));
        CostCalculator.Charge(quote, Enumerable.Repeat(new DeliveredPicture(Wide, null), 5), CostCalculator.Hold(quote, 1)).ToString().ShouldBe("0.011");
    }

    [Fact]
    public void A_count_that_overflows_is_an_error_and_never_a_small_amount()
    {
        var quote = new Quote([new PriceRow(null, null, new Micros(long.MaxValue / 2), default)]);
        Should.Throw<OverflowException>(() => CostCalculator.Hold(quote, 3));
        Should.Throw<OverflowException>(() => Micros.Of(decimal.MaxValue));
    }

    [Fact]
    public void Every_model_of_the_catalogue_has_a_price_with_its_source()
    {
        foreach (var model in DefaultModels.All)
        {
            model.Price.ShouldNotBeNull(model.Name);
            model.Price.Source.ShouldNotBeEmpty();
            Price.Flaw(model.Price.Rows).ShouldBeNull(model.Name);
            model.Price.Rows.ShouldAllBe(row => row.Ours.Value >= 0 && row.Ours.Value <= row.List.Value);
        }
    }
}
