using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Pictor.Upstream.Splitting;

namespace Pictor.Tests.Upstream.Splitting;

/// <summary>What is no picture comes through as it was.</summary>
public sealed class JsonBodySplitterTests : IDisposable
{
    private readonly JsonSplitting _splitting = new();

    public void Dispose() => _splitting.Dispose();

    [Theory]
    [InlineData("{}")]
    [InlineData("  [1, -2.5e3,true , null,\"a\"] ")]
    [InlineData("{\"model\":\"gpt-image-1\",\"prompt\":\"a \\\"cat\\\" \\\\ \\u00e9 \\ud83d\\ude00 猫\",\"n\":1}")]
    [InlineData("{\"a\\\"b\":{\"c\":[\"x\",{\"y\":\"z\"}]},\"\":\"\"}")]
    [InlineData("{\"image\":\"data:image/png;base64,AAAA make it blue\",\"b\":\"data:x\",\"c\":\"data:,\",\"d\":\"data:;base64,\"}")]
    [InlineData("{\"a\":\"https:\\/\\/x.example\\/a.png http://y data:image\\/png;base64,\\u0041A== AAAA\\n\\r\\n data:\"}")]
    [InlineData("{\"a\":\"0123456789012345678901234567890123456789\",\"b\":\"0123456789012345678901234567890123456789\\n0123\\n!\"}")]
    [InlineData("{\"a\":\"data:image/png;base64,01234567890123456789012345678901\\n0123456789012345678901234567890\\ndata:image/gif;base64,AA== b\"}")]
    [InlineData("\"\\u12\" \"\\x\" } ] , { \"unfinished")]
    [InlineData("{\"dup\":1,\"dup\":2,\"nul\":\"\0\"")]
    public async Task Passes_small_documents_byte_for_byte_however_the_pipe_cuts_them(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        for (var first = 0; first <= bytes.Length; first++)
        {
            for (var second = first; second <= bytes.Length; second++)
            {
                using var body = await _splitting.SplitAsync(PipeCuts.Segments(bytes, first, second));
                body.Json.Span.SequenceEqual(bytes).ShouldBeTrue($"cut at {first} and {second}");
            }
        }

        _splitting.Folder.Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task Passes_generated_documents_byte_for_byte_in_random_pieces()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var json = new StringBuilder();
            GeneratedJson.Generate(random, json, 0);
            var bytes = Encoding.UTF8.GetBytes(json.ToString());
            using var body = await JsonSplitting.SplitAsync(PipeCuts.RandomSegments(random, bytes), _splitting.Limits with { MaxJsonBytes = 1 << 20 });
            body.Json.Span.SequenceEqual(bytes).ShouldBeTrue($"seed {seed}");
        }
    }

    [Fact]
    public async Task Passes_bytes_that_are_no_json_as_they_are()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            // A last letter, since an escape that the end of the body cuts is not given on.
            var bytes = random.GetItems("{}[],:\"\\u0A/+=- \n\xE9\xFFd"u8.ToArray(), random.Next(1, 400)).Append((byte)'z').ToArray();
            using var body = await _splitting.SplitAsync(PipeCuts.RandomSegments(random, bytes));
            body.Json.Span.SequenceEqual(bytes).ShouldBeTrue($"seed {seed}");
        }
    }

    [Fact]
    public async Task Gives_the_same_verdict_on_hostile_bodies_however_the_pipe_cuts_them()
    {
        string[] parts =
        [
            "{\"image\":\"", "\"", "\",\"b\":\"", "[", "data:image/png;base64,", new('A', 76), new('-', 76), new('x', 400), "\\r\\n", " ", "=", "\\/",
            "\\u002B", "\\u12", "!", "word", "https://a", "\\",
        ];
        for (var seed = 0; seed < 1000; seed++)
        {
            var random = new Random(seed);
            var bytes = Encoding.UTF8.GetBytes(parts[0] + string.Concat(random.GetItems(parts, random.Next(1, 40))));
            (await _splitting.VerdictAsync(PipeCuts.RandomSegments(random, bytes))).ShouldBe(await _splitting.VerdictAsync(PipeCuts.Segments(bytes, 0, 0)), $"seed {seed}");
            _splitting.Folder.Files.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Drops_a_byte_order_mark_and_nothing_that_only_begins_like_one()
    {
        foreach (var cut in Enumerable.Range(0, 5))
        {
            using var whole = await _splitting.SplitAsync(PipeCuts.Segments([0xEF, 0xBB, 0xBF, (byte)'{', (byte)'}'], cut, cut));
            Encoding.UTF8.GetString(whole.Json.Span).ShouldBe("{}");
            using var part = await _splitting.SplitAsync(PipeCuts.Segments([0xEF, 0xBB, (byte)'{', (byte)'}'], Math.Min(cut, 4), 4));
            part.Json.ToArray().ShouldBe([0xEF, 0xBB, (byte)'{', (byte)'}']);
        }
    }

    [Fact]
    public async Task Leaves_names_alone()
    {
        var json = $$$"""{"{{{Convert.ToBase64String(Base64Spellings.Bytes(600, 7))}}}":1,"a":{"{{{Base64Spellings.Uri(Base64Spellings.Bytes(600, 7))}}}":[]}}""";
        using var body = await _splitting.SplitAsync(json);
        Encoding.UTF8.GetString(body.Json.Span).ShouldBe(json);
    }

    [Theory]
    [InlineData("word ")]
    [InlineData("a longer text, with marks. ")]
    [InlineData("猫\\n")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\\naaa\\n")]
    public async Task Keeps_long_text_as_text(string word)
    {
        var text = string.Concat(Enumerable.Repeat(word, 1000 / word.Length));
        using var body = await _splitting.SplitAsync($$"""{"prompt":"{{text}}"}""");
        Encoding.UTF8.GetString(body.Json.Span).ShouldBe($$"""{"prompt":"{{text}}"}""");
        body.Values.ShouldBeEmpty();
    }

    [Fact]
    public async Task Keeps_text_that_looks_like_base64_until_its_last_character()
    {
        var text = new string('x', 1996) + "!";
        using var body = await _splitting.SplitAsync($$"""{"prompt":"{{text}}"}""");
        JsonSplitting.Text(body, "prompt").ShouldBe(text);
    }

    [Fact]
    public async Task Takes_text_of_just_the_longest_length()
    {
        using var body = await _splitting.SplitAsync($$"""{"prompt":"{{Base64Spellings.Uri(Base64Spellings.Bytes(600, 1))}}{{new string(' ', 10)}}{{new string('.', 1990)}}"}""");
        body.Values.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Takes_an_empty_body()
    {
        var pipe = new Pipe();
        await pipe.Writer.CompleteAsync();
        using var body = await JsonBodySplitter.ReadAsync(pipe.Reader, _splitting.Limits, CancellationToken.None);
        body.Json.IsEmpty.ShouldBeTrue();
    }
}
