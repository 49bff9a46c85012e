using System.Text.Json;
using Pictor.Images;

namespace Pictor.Tests.Images;

public sealed class ModelFitTests
{
    private static readonly ImageRequest Given = new() { IsUnjudged = true, Model = "m", Prompt = "x", Seed = 7, OutputFormat = OutputFormat.Png, ResponseFormat = ResponseFormat.Url };

    private static readonly Capabilities Listed = new()
    {
        Sizes = new SizeRule.Listed(new PixelSize(1024, 1024), new PixelSize(1536, 1024), new PixelSize(1024, 1536)),
        Parameters = new HashSet<string> { "aspect_ratio", "size", "quality" },
    };

    [Fact]
    public void Tells_of_everything_that_the_model_does_not_have_and_drops_it()
    {
        var (request, warnings) = Fit(Given with
        {
            Given = ["seed", "quality", "output_format"],
            Quality = "high",
            Extra = new Dictionary<string, JsonElement> { ["steps"] = JsonSerializer.SerializeToElement(30), ["style_of"] = JsonSerializer.SerializeToElement("me") },
        });

        warnings.Select(warning => (warning.Param, warning.Requested)).ShouldBe([("seed", "7"), ("steps", "30"), ("style_of", "me")]);
        request.Given.ShouldBe(["quality", "output_format"]);
        request.Extra.ShouldBeEmpty();
        request.IsUnjudged.ShouldBeFalse();
    }

    [Theory]
    [InlineData("1536x1024", null, "1536x1024")]
    [InlineData(null, "16:9", "16:9")]
    [InlineData(null, "1:1", null)]
    [InlineData(null, "auto", null)]
    public void The_ratio_decides_and_a_size_that_says_something_else_is_told(string? size, string? word, string? told)
    {
        var pixels = size is not null && PixelSize.TryParse(size, out var parsed) ? parsed : (PixelSize?)null;
        var (request, warnings) = Fit(Given with { AspectRatio = AspectRatio.Square, Size = pixels, SizeWord = word, Given = ["aspect_ratio", "size"] });

        request.Size.ShouldBe(new PixelSize(1024, 1024));
        warnings.Select(warning => warning.Requested).ShouldBe(told is null ? [] : [told]);
    }

    [Theory]
    [InlineData(false, null, false, "1024x1024")]
    [InlineData(false, null, true, "1536x1024")]
    [InlineData(false, "auto", true, "1536x1024")]
    [InlineData(true, null, false, null)]
    [InlineData(true, null, true, "1536x1024")]
    [InlineData(true, "auto", false, null)]
    [InlineData(true, "auto", true, null)]
    public void What_nobody_said_is_the_references_shape_or_left_to_a_vendor_that_chooses(bool chooses, string? word, bool hasReference, string? size)
    {
        var references = hasReference ? new[] { new ReferenceImage("image", Link: null, "input") { Size = new PixelSize(300, 200) } } : [];

        var request = ModelFit.Of(Given with { SizeWord = word, References = references }, Listed with { ChoosesSize = chooses }, []);

        request.Size?.ToString().ShouldBe(size);
    }

    private static (ImageRequest Request, List<Warning> Warnings) Fit(ImageRequest given)
    {
        var warnings = new List<Warning>();
        return (ModelFit.Of(given, Listed, warnings), warnings);
    }
}
