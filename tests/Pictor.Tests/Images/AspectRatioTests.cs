using Pictor.Images;

namespace Pictor.Tests.Images;

public sealed class AspectRatioTests
{
    [Theory]
    [InlineData("1:1")]
    [InlineData("16:9")]
    [InlineData("1024:768")]
    [InlineData("9999:9999")]
    public void Reads_digits_colon_digits(string text)
    {
        AspectRatio.TryParse(text, out var ratio).ShouldBeTrue();
        ratio.ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0:0")]
    [InlineData("1:0")]
    [InlineData("16:9:1")]
    [InlineData("１６:９")]
    [InlineData("12345:1")]
    [InlineData(" 16:9")]
    [InlineData("16/9")]
    [InlineData("-1:2")]
    [InlineData("1.5:2")]
    public void Refuses_everything_else(string? text) => AspectRatio.TryParse(text, out _).ShouldBeFalse();
}
