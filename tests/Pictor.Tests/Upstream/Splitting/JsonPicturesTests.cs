using System.Text;
using System.Text.Json;

namespace Pictor.Tests.Upstream.Splitting;

/// <summary>Pictures are taken out of a JSON body, however they are written.</summary>
public sealed class JsonPicturesTests : IDisposable
{
    private readonly JsonSplitting _splitting = new();

    public void Dispose() => _splitting.Dispose();

    [Fact]
    public async Task Decodes_runs_of_every_length_around_the_threshold_and_leaves_shorter_ones()
    {
        for (var length = 190; length < 240; length++)
        {
            var picture = Base64Spellings.Bytes(length, seed: length);
            var uri = "data:image/png;base64," + Convert.ToBase64String(picture);
            using var body = await _splitting.SplitAsync($$"""{"image":"{{uri}}"}""");
            if (uri.Length > JsonSplitting.Threshold)
            {
                body.Values.Count.ShouldBe(1);
                (await JsonSplitting.TakenAsync(body, "image")).ShouldBe(picture);
            }
            else
            {
                body.Values.ShouldBeEmpty();
                JsonSplitting.Text(body, "image").ShouldBe(uri);
            }
        }
    }

    [Fact]
    public async Task Decodes_bare_base64_of_every_length_around_the_threshold_and_the_longest_text()
    {
        foreach (var length in Enumerable.Range(220, 10).Concat(Enumerable.Range(1495, 12)).Append(90_000))
        {
            var picture = Base64Spellings.Bytes(length, seed: length);
            var base64 = Convert.ToBase64String(picture);
            using var body = await _splitting.SplitAsync($$"""{"image":"{{base64}}"}""");
            if (base64.Length <= JsonSplitting.Threshold)
            {
                JsonSplitting.Text(body, "image").ShouldBe(base64);
                continue;
            }

            var value = body.Values.ShouldHaveSingleItem();
            value.EncodedBytes.ShouldBe(base64.Length);
            value.MediaType.ShouldBeNull();
            (await JsonSplitting.TakenAsync(body, "image")).ShouldBe(picture);
        }
    }

    [Fact]
    public async Task Gives_the_same_however_the_pipe_cuts_a_picture()
    {
        var picture = Base64Spellings.Bytes(700, seed: 1);
        var json = Encoding.UTF8.GetBytes($$$"""{"a":"x","extra_body":{"input_image_2":"data:image\/jpeg;base64,{{{Base64Spellings.Escaped(picture)}}} make \"it\" blue"}}""");
        for (var cut = 0; cut <= json.Length; cut++)
        {
            using var body = await _splitting.SplitAsync(PipeCuts.Segments(json, cut, Math.Min(json.Length, cut + 3)));
            var value = body.Values.ShouldHaveSingleItem();
            value.MediaType.ShouldBe("image/jpeg");
            value.Param.ShouldBe("input_image_2");
            value.Bytes.ShouldBe(picture.Length);
            (await File.ReadAllBytesAsync(value.Path)).ShouldBe(picture, $"cut at {cut}");
            using var document = JsonDocument.Parse(body.Json);
            var words = document.RootElement.GetProperty("extra_body").GetProperty("input_image_2").GetString()!.Split(' ', 2);
            body.TryGet(words[0], out var found).ShouldBeTrue();
            found.ShouldBeSameAs(value);
            words[1].ShouldBe("make \"it\" blue");
        }
    }

    public static TheoryData<string> Spellings =>
    [
        "plain", "slash", "dotnet", "dotnet lower case", "every character", "url safe", "no padding", "url safe, no padding",
        "lines of 76, \\r\\n", "lines of 64, \\n", "lines of 60, \\n, last break", "lines of 76 with spaces", "spaces around",
    ];

    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task Reads_every_spelling_of_base64(string spelling)
    {
        for (var length = 1600; length < 1700; length += 3)
        {
            foreach (var prefix in new[] { "", "data:image/png;base64,", "data:image/png;charset=utf-8;base64,", "DATA:image/png;BASE64," })
            {
                foreach (var rest in Enumerable.Range(0, 3))
                {
                    var picture = Base64Spellings.Bytes(length + rest, seed: length);
                    var json = $$"""{"image":"{{Base64Spellings.Spell(spelling, prefix, picture)}}"}""";
                    using var body = await _splitting.SplitAsync(PipeCuts.RandomSegments(new Random(length), Encoding.UTF8.GetBytes(json)));
                    (await JsonSplitting.TakenAsync(body, "image")).ShouldBe(picture);
                }
            }
        }
    }

    [Fact]
    public async Task Takes_the_pictures_at_the_head_of_a_prompt_and_leaves_the_text()
    {
        var (first, second, small) = (Base64Spellings.Bytes(900, 1), Base64Spellings.Bytes(1200, 2), Base64Spellings.Uri(Base64Spellings.Bytes(30, 3)));
        using var body = await _splitting.SplitAsync(
            $$"""{"prompt":"{{Base64Spellings.Uri(first)}} https://a.example/b.png {{small}}  {{Base64Spellings.Uri(second)}}\nmake them one, {{small}} {{Base64Spellings.Uri(Base64Spellings.Bytes(600, 4))}}"}""");

        var words = JsonSplitting.Text(body, "prompt").Split(' ');
        body.Values.Count.ShouldBe(2);
        body.TryGet(words[0], out var one).ShouldBeTrue();
        (await File.ReadAllBytesAsync(one!.Path)).ShouldBe(first);
        words[1].ShouldBe("https://a.example/b.png");
        words[2].ShouldBe(small);
        words[3].ShouldBeEmpty();
        var last = words[4].Split('\n');
        body.TryGet(last[0], out var two).ShouldBeTrue();
        (await File.ReadAllBytesAsync(two!.Path)).ShouldBe(second);
        last[1].ShouldBe("make");
        string.Join(' ', words[5..]).ShouldBe($"them one, {small} {Base64Spellings.Uri(Base64Spellings.Bytes(600, 4))}");
        body.Mentions(JsonSplitting.Text(body, "prompt")).ShouldBeTrue();
        body.Mentions("them one").ShouldBeFalse();
    }

    [Theory]
    [InlineData("make it blue")]
    [InlineData("please do")]
    [InlineData("don't")]
    [InlineData("猫")]
    [InlineData("https://a.example/b.png and more")]
    [InlineData("data:image/png;base64,AAAA and more")]
    public async Task Ends_wrapped_base64_where_the_prompt_begins(string text)
    {
        foreach (var length in new[] { 1140, 1141, 1142, 1150 })
        {
            var picture = Base64Spellings.Bytes(length, length);
            var wrapped = "data:image/png;base64," + Base64Spellings.Wrapped(Convert.ToBase64String(picture), 76, "\\r\\n");
            using var body = await _splitting.SplitAsync($$"""{"prompt":"{{wrapped}} {{text}}"}""");

            // 1140 bytes end with a full line: then a first word of 4, 8… letters cannot be told from base64.
            var value = body.Values.ShouldHaveSingleItem();
            var decoded = await File.ReadAllBytesAsync(value.Path);
            if (length == 1140 && text.StartsWith("make", StringComparison.Ordinal))
            {
                decoded[..length].ShouldBe(picture);
                continue;
            }

            decoded.ShouldBe(picture);
            JsonSplitting.Text(body, "prompt").Split(' ', 2)[1].ShouldBe(text);
        }
    }

    [Fact]
    public async Task Finds_pictures_in_arrays_and_deep_objects_and_names_their_parameter()
    {
        var uri = Base64Spellings.Uri(Base64Spellings.Bytes(600, 5));
        using var body = await _splitting.SplitAsync(
            $$$"""
            {"image":["{{{uri}}}","{{{uri}}}"],"images":[{"x":[1],"image_url":{"url":"{{{uri}}}"}}],
             "extra_body":{"images":["{{{uri}}}"],"input_image":"{{{uri}}}"},"messages":[{"content":[{"image_url":{"url":"{{{uri}}}"}}]}],"in\u0070ut":"{{{uri}}}"}
            """);

        body.Values.Select(value => value.Param).ShouldBe(["image", "image", "images", "images", "input_image", "messages", "input"]);
        body.Values.Select(value => value.Path).Distinct().Count().ShouldBe(7);
    }

    [Fact]
    public async Task Reads_a_picture_that_is_the_whole_body()
    {
        using var body = await _splitting.SplitAsync($"\"{Base64Spellings.Uri(Base64Spellings.Bytes(600, 6))}\"");
        body.Values.ShouldHaveSingleItem().Param.ShouldBeNull();
    }

    [Fact]
    public async Task Cannot_be_made_to_give_one_callers_placeholder_to_another()
    {
        using var one = await _splitting.SplitAsync($$"""{"image":"{{Base64Spellings.Uri(Base64Spellings.Bytes(600, 8))}}"}""");
        using var other = await _splitting.SplitAsync($$"""{"image":"{{Base64Spellings.Uri(Base64Spellings.Bytes(600, 9))}}","prompt":"{{JsonSplitting.Text(one, "image")}}"}""");
        other.TryGet(JsonSplitting.Text(other, "prompt"), out _).ShouldBeFalse();
        other.TryGet(JsonSplitting.Text(other, "image") + "1", out _).ShouldBeFalse();
        other.TryGet(JsonSplitting.Text(other, "image"), out _).ShouldBeTrue();
    }
}
