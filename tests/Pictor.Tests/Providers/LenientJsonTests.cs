using System.Text.Json;
using Pictor.Providers;

namespace Pictor.Tests.Providers;

public sealed class LenientJsonTests
{
    [Theory]
    [InlineData("\"plain\"", "plain")]
    [InlineData("\"a\\n\\u0041\"", "a\nA")]
    [InlineData("7", null)]
    [InlineData("null", null)]
    public void Gives_words_and_nothing_for_what_is_none(string json, string? words)
    {
        using var document = JsonDocument.Parse(json);

        document.RootElement.Words().ShouldBe(words);
    }

    [Fact]
    public void Reads_every_escape_beside_half_a_character()
    {
        using var document = JsonDocument.Parse("""
            "a\n\t\"\\\/\b\f\r\u0041\ud83d"
            """);

        document.RootElement.Words().ShouldBe("a\n\t\"\\/\b\f\rA\ud83d");
    }

    [Fact]
    public void Puts_a_character_together_that_came_in_two_pieces()
    {
        using var first = JsonDocument.Parse("\"hi \\ud83d\"");
        using var second = JsonDocument.Parse("\"\\ude00!\"");

        (first.RootElement.Words() + second.RootElement.Words()).ShouldBe("hi \U0001F600!");
    }

    [Fact]
    public void Reads_bytes_that_are_no_text()
    {
        byte[] bytes = [(byte)'"', 0xC3, 0x28, (byte)'"'];
        using var document = JsonDocument.Parse(bytes);

        document.RootElement.Words().ShouldBe("\uFFFD(");
    }
}
