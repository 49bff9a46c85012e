using Pictor.Images;

namespace Pictor.Tests.Images;

public sealed class PromptImagesTests
{
    [Theory]
    [InlineData("a cat", 0, "a cat")]
    [InlineData("https://a/b.png make it blue", 1, "make it blue")]
    [InlineData("  https://a/b.png   http://c/d.jpg  P1 beside P2", 2, "P1 beside P2")]
    [InlineData("data:image/png;base64,AAAA make it blue", 1, "make it blue")]
    [InlineData("make it blue https://a/b.png", 0, "make it blue https://a/b.png")]
    [InlineData("https://a/b.png", 1, "")]
    [InlineData("HTTPS://A/B.PNG go", 1, "go")]
    [InlineData("ftp://a/b.png go", 0, "ftp://a/b.png go")]
    [InlineData("\n\thttps://a/b.png\ngo", 1, "go")]
    public void Lifts_leading_pictures_only(string prompt, int count, string rest)
    {
        var (images, text) = PromptImages.Lift(prompt, _ => false);
        images.Count.ShouldBe(count);
        text.ShouldBe(rest);
    }

    [Fact]
    public void Keeps_their_order()
    {
        var (images, _) = PromptImages.Lift("https://a/1 data:image/png;base64,AA https://a/3 go", _ => false);
        images.ShouldBe(["https://a/1", "data:image/png;base64,AA", "https://a/3"]);
    }

    [Fact]
    public void Takes_a_placeholder_for_a_picture()
    {
        var (images, text) = PromptImages.Lift("<1> <2> go <3>", word => word.StartsWith('<'));
        images.ShouldBe(["<1>", "<2>"]);
        text.ShouldBe("go <3>");
    }
}
