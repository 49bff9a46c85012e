using Pictor.Catalog;
using Pictor.Images;

namespace Pictor.Tests.Images;

public sealed class SizeFitTests
{
    private static readonly SizeRule Flux = Rule("flux-kontext-pro");

    // The table the users know; each side may differ by 8 %.
    [Theory]
    [InlineData("1:1", 1024, 1024)]
    [InlineData("2:3", 832, 1248)]
    [InlineData("3:2", 1248, 832)]
    [InlineData("4:3", 1182, 886)]
    [InlineData("16:9", 1408, 792)]
    [InlineData("9:16", 792, 1408)]
    [InlineData("21:9", 1680, 720)]
    [InlineData("3:7", 662, 1544)]
    [InlineData("7:3", 1544, 662)]
    public void Draws_about_what_the_users_know(string ratio, int width, int height)
    {
        var size = Fit(Flux, ratio, out var warnings);
        Math.Abs(size.Width - width).ShouldBeLessThanOrEqualTo(width * 8 / 100);
        Math.Abs(size.Height - height).ShouldBeLessThanOrEqualTo(height * 8 / 100);
        warnings.ShouldBeEmpty();
    }

    [Fact]
    public void Every_flux_size_is_legal_and_no_legal_size_is_nearer()
    {
        var legal = (from w in Enumerable.Range(1, 200) from h in Enumerable.Range(1, 200) select new PixelSize(w * 16, h * 16))
            .Where(size => Math.Abs(size.Area - 1_048_576) <= 104_857.6 && size.Ratio >= 3.0 / 7 && size.Ratio <= 7.0 / 3)
            .ToList();
        for (var w = 1; w <= 60; w++)
        {
            for (var h = 1; h <= 60; h++)
            {
                var wanted = (double)w / h;
                if (wanted is < 3.0 / 7 or > 7.0 / 3)
                {
                    continue;
                }

                var size = SizeFit.ForRatio(Flux, wanted);
                legal.ShouldContain(size);
                AspectRatio.Distance(size.Ratio, wanted).ShouldBe(legal.Min(other => AspectRatio.Distance(other.Ratio, wanted)), 1e-8, $"{w}:{h}");
            }
        }
    }

    [Theory]
    [InlineData("3:1", "7:3")]
    [InlineData("1:9999", "3:7")]
    [InlineData("9999:1", "7:3")]
    public void Fits_a_ratio_outside_the_range_and_says_so(string ratio, string used)
    {
        Fit(Flux, ratio, out var warnings);
        var warning = warnings.ShouldHaveSingleItem();
        warning.Param.ShouldBe("aspect_ratio");
        warning.Requested.ShouldBe(ratio);
        warning.Used.ShouldBe(used);
    }

    [Theory]
    [InlineData("gpt-image-1", "16:9", 1536, 1024)]
    [InlineData("gpt-image-1", "9:16", 1024, 1536)]
    [InlineData("dall-e-3", "16:9", 1792, 1024)]
    [InlineData("dall-e-2", "16:9", 1024, 1024)]
    public void Takes_the_nearest_of_a_list_and_says_so(string model, string ratio, int width, int height)
    {
        Fit(Rule(model), ratio, out var warnings).ShouldBe(new PixelSize(width, height));
        warnings.ShouldHaveSingleItem().Action.ShouldBe("adapted");
    }

    [Theory]
    [InlineData("gpt-image-2", "1000x1000", 1008, 1008)]
    [InlineData("gpt-image-2", "2048x1152", 2048, 1152)]
    [InlineData("gpt-image-1", "512x512", 1024, 1024)]
    [InlineData("dall-e-2", "512x512", 512, 512)]
    [InlineData("flux-kontext-pro", "1024x1024", 1024, 1024)]
    [InlineData("sandbox", "640x333", 640, 333)]
    public void Keeps_a_legal_size_and_fits_another(string model, string size, int width, int height)
    {
        PixelSize.TryParse(size, out var wanted).ShouldBeTrue();
        var warnings = new List<Warning>();
        SizeFit.Fit(Rule(model), ratio: null, wanted, warnings).ShouldBe(new PixelSize(width, height));
        warnings.Count.ShouldBe(wanted == new PixelSize(width, height) ? 0 : 1);
    }

    [Theory]
    [InlineData("1x1")]
    [InlineData("99999x1")]
    [InlineData("1x99999")]
    [InlineData("99999x99999")]
    [InlineData("3841x3840")]
    public void Finds_a_legal_size_for_any_request_on_every_model(string size)
    {
        PixelSize.TryParse(size, out var wanted).ShouldBeTrue();
        foreach (var model in DefaultModels.All)
        {
            var fitted = SizeFit.Fit(model.Capabilities.Sizes, ratio: null, wanted, []);
            fitted.Area.ShouldBeGreaterThan(0, model.Name);
            fitted.Width.ShouldBeLessThanOrEqualTo(4096, model.Name);
            fitted.Height.ShouldBeLessThanOrEqualTo(4096, model.Name);
        }
    }

    [Theory]
    [InlineData("1024x1024", 1024, 1024)]
    [InlineData("1024X768", 1024, 768)]
    [InlineData("1024×768", 1024, 768)]
    [InlineData("1024*768", 1024, 768)]
    public void Reads_every_sign_between_the_sides(string text, int width, int height)
    {
        PixelSize.TryParse(text, out var size).ShouldBeTrue();
        size.ShouldBe(new PixelSize(width, height));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("1024")]
    [InlineData("0x1024")]
    [InlineData("-5x5")]
    [InlineData("100000x5")]
    [InlineData("1e3x5")]
    public void Refuses_what_is_no_size(string text) => PixelSize.TryParse(text, out _).ShouldBeFalse();

    private static SizeRule Rule(string model) => DefaultModels.All.First(known => known.Name == model).Capabilities.Sizes;

    private static PixelSize Fit(SizeRule rule, string ratio, out List<Warning> warnings)
    {
        AspectRatio.TryParse(ratio, out var parsed).ShouldBeTrue();
        warnings = [];
        return SizeFit.Fit(rule, parsed, size: null, warnings);
    }
}
