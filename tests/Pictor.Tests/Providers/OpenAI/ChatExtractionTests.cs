using Pictor.Providers.OpenAI;

namespace Pictor.Tests.Providers.OpenAI;

public sealed class ChatExtractionTests
{
    private static readonly HashSet<string> Nothing = [];

    [Theory]
    [InlineData("![a](https://x.test/1.png)", "https://x.test/1.png")]
    [InlineData("![a](https://x.test/1.png \"title\") and ![b](https://x.test/2.png)", "https://x.test/1.png https://x.test/2.png")]
    [InlineData("![a](https://x.test/1.png)\n[下载](https://filesystem.site/cdn/download/1.png)", "https://x.test/1.png")]
    [InlineData("![a](https://x.test/1.png) ![again](https://x.test/1.png)", "https://x.test/1.png")]
    [InlineData("<img alt='x' src='https://x.test/1'>", "https://x.test/1")]
    [InlineData("done: https://x.test/1.webp.", "https://x.test/1.webp")]
    [InlineData("done: https://v3.fal.media/files/abc", "https://v3.fal.media/files/abc")]
    [InlineData("see https://x.test/about for more", "")]
    [InlineData("```json\n{\"prompt\":\"https://x.test/in.png cat\"}\n```\nwait", "")]
    [InlineData("{\"model\":\"m\",\"prompt\":\"https://x.test/in.png cat\"}\nhttps://x.test/out.png", "https://x.test/out.png")]
    [InlineData("![a](https://x.test/half", "")]
    [InlineData("![a](javascript:alert(1))", "")]
    public void Finds_the_pictures_of_a_text(string text, string expected) =>
        string.Join(' ', ChatExtraction.Pictures(text, [], Nothing)).ShouldBe(expected);

    [Fact]
    public void Leaves_out_the_links_of_the_request() =>
        ChatExtraction.Pictures("you sent https://x.test/in.png, here is https://x.test/out.png", [], new HashSet<string> { "https://x.test/in.png" })
            .ShouldHaveSingleItem().ShouldBe("https://x.test/out.png");

    [Fact]
    public void Finds_the_words_of_files() =>
        ChatExtraction.Pictures("![a](spooled-1)", ["spooled-1"], Nothing).ShouldHaveSingleItem().ShouldBe("spooled-1");

    [Fact]
    public void Tells_the_reason_without_echo_and_progress() =>
        ChatExtraction.Prose("```json\n{\"prompt\":\"x\"}\n```\n> queue...\nfailed: busy\n").ShouldBe("failed: busy");

    // Each of them would have a backtracking pattern read the rest of the text from every place: hours.
    [Theory]
    [InlineData("![")]
    [InlineData("<img ")]
    [InlineData("![](<")]
    [InlineData("```json ")]
    public void Reads_a_text_of_megabytes_once(string piece) =>
        ChatExtraction.Pictures(string.Concat(Enumerable.Repeat(piece, 8_000_000 / piece.Length)), [], Nothing).ShouldBeEmpty();
}
