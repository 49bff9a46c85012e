using Pictor.Images;
using Pictor.Providers;

namespace Pictor.Tests.Providers;

public sealed class RequestFitTests
{
    private static readonly ImageRequest Plain = new()
    {
        Model = "m",
        Prompt = "p",
        Seed = 1,
        OutputFormat = OutputFormat.Png,
        ResponseFormat = ResponseFormat.Url,
        Size = new PixelSize(1024, 1024),
    };

    [Fact]
    public void Means_the_callers_own_ratio_where_the_size_is_its_rounding() =>
        RequestFit.Ratio(Plain with { AspectRatio = new AspectRatio(16, 9), Size = new PixelSize(1424, 800) }).ShouldBe(new AspectRatio(16, 9));

    [Fact]
    public void Means_the_fitted_size_where_the_model_does_not_draw_the_ratio() =>
        RequestFit.Ratio(Plain with { AspectRatio = new AspectRatio(3, 1), Size = new PixelSize(1568, 672) }).ShouldBe(new AspectRatio(7, 3));

    [Theory]
    [InlineData(5, 4, "4:3")]
    [InlineData(1, 3, "9:16")]
    [InlineData(1, 1, "1:1")]
    public void Finds_the_nearest_of_a_list_by_the_logarithm(int width, int height, string nearest) =>
        RequestFit.Nearest([new(16, 9), new(4, 3), new(1, 1), new(3, 4), new(9, 16)], new AspectRatio(width, height)).ToString().ShouldBe(nearest);

    [Fact]
    public void Says_nothing_of_what_nobody_gave()
    {
        RequestFit.RatioChange(Plain, new AspectRatio(4, 3), null).ShouldBeEmpty();
        RequestFit.SizeChange(Plain, new PixelSize(512, 512)).ShouldBeEmpty();
        RequestFit.SafetyChange(Plain, 5).ShouldBeEmpty();
        RequestFit.Ignored(Plain, new HashSet<string>()).ShouldBeEmpty();
    }

    [Fact]
    public void Tells_of_a_size_that_becomes_a_ratio_unless_the_vendor_draws_just_that()
    {
        var request = Plain with { Size = new PixelSize(1280, 832), Given = ["size"] };

        RequestFit.RatioChange(request, new AspectRatio(20, 13), new PixelSize(1280, 832)).ShouldBeEmpty();
        RequestFit.RatioChange(request, new AspectRatio(20, 13), new PixelSize(1248, 832)).ShouldHaveSingleItem().Used.ShouldBe("20:13");
    }

    [Fact]
    public void Tells_of_a_ratio_that_was_written_as_a_size_by_that_name()
    {
        var request = Plain with { AspectRatio = new AspectRatio(5, 4), Size = new PixelSize(1152, 928), Given = ["size"] };

        RequestFit.RatioChange(request, new AspectRatio(5, 4), new PixelSize(1120, 896)).ShouldBeEmpty();
        var warning = RequestFit.RatioChange(request, new AspectRatio(4, 3), null).ShouldHaveSingleItem();
        (warning.Param, warning.Requested, warning.Used).ShouldBe(("size", "5:4", "4:3"));
        RequestFit.SizeChange(request, new PixelSize(1280, 720)).ShouldHaveSingleItem().Param.ShouldBe("size");
    }

    [Fact]
    public void Tells_of_every_given_parameter_without_a_place()
    {
        var request = Plain with { Quality = "high", Watermark = false, Given = ["quality", "watermark", "seed"] };

        RequestFit.Ignored(request, new HashSet<string> { "seed" }).Select(warning => (warning.Param, warning.Requested)).ShouldBe([("quality", "high"), ("watermark", "false")], ignoreOrder: true);
    }
}
