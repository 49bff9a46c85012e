using Pictor.Api.Chat;

namespace Pictor.Tests.Api.Chat;

public sealed class RatioHintsTests
{
    [Theory]
    [InlineData("一只猫【2:3】", "一只猫", "2:3")]
    [InlineData("【 16：9 】a cat", "a cat", "16:9")]
    [InlineData("a cat --ar 16:9 in the rain", "a cat in the rain", "16:9")]
    [InlineData("a cat --aspect 3:2", "a cat", "3:2")]
    [InlineData("a cat —ar 3:2", "a cat", "3:2")]
    [InlineData("a cat --ar 1:1 --ar 3:4", "a cat", "3:4")]
    [InlineData("a cat", "a cat", null)]
    [InlineData("a cat 【0:3】", "a cat 【0:3】", null)]
    [InlineData("a cat 【important】", "a cat 【important】", null)]
    [InlineData("a star--ar 16:9", "a star--ar 16:9", null)]
    [InlineData("the score was 2:3", "the score was 2:3", null)]
    public void Takes_the_ratio_out_of_the_text(string text, string rest, string? ratio)
    {
        var taken = RatioHints.Take(text);
        taken.Text.ShouldBe(rest);
        taken.Ratio.ShouldBe(ratio);
    }
}
