using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Pictor.Errors;
using Pictor.Tests.Api;
using Pictor.Upstream.Splitting;

namespace Pictor.Tests.Upstream.Splitting;

public sealed class JsonBodySplitterTests : IDisposable
{
    private const int Threshold = 300;

    private readonly TemporaryFolder _folder = new();
    private readonly BodySplitLimits _options;

    public JsonBodySplitterTests() => _options = new BodySplitLimits
    {
        Folder = _folder.Path,
        Threshold = Threshold,
        MaxTextBytes = 2000,
        MaxPictureBytes = 100_000,
        MaxJsonBytes = 20_000,
        MaxBodyBytes = 500_000,
    };

    public void Dispose() => _folder.Dispose();

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
                using var body = await SplitAsync(Segments(bytes, first, second), _options);
                body.Json.Span.SequenceEqual(bytes).ShouldBeTrue($"cut at {first} and {second}");
            }
        }

        _folder.Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task Passes_generated_documents_byte_for_byte_in_random_pieces()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var json = new StringBuilder();
            Generate(random, json, 0);
            var bytes = Encoding.UTF8.GetBytes(json.ToString());
            using var body = await SplitAsync(RandomSegments(random, bytes), _options with { MaxJsonBytes = 1 << 20 });
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
            using var body = await SplitAsync(RandomSegments(random, bytes), _options);
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
            (await VerdictAsync(RandomSegments(random, bytes))).ShouldBe(await VerdictAsync(Segments(bytes, 0, 0)), $"seed {seed}");
            _folder.Files.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Drops_a_byte_order_mark_and_nothing_that_only_begins_like_one()
    {
        foreach (var cut in Enumerable.Range(0, 5))
        {
            using var whole = await SplitAsync(Segments([0xEF, 0xBB, 0xBF, (byte)'{', (byte)'}'], cut, cut), _options);
            Encoding.UTF8.GetString(whole.Json.Span).ShouldBe("{}");
            using var part = await SplitAsync(Segments([0xEF, 0xBB, (byte)'{', (byte)'}'], Math.Min(cut, 4), 4), _options);
            part.Json.ToArray().ShouldBe([0xEF, 0xBB, (byte)'{', (byte)'}']);
        }
    }

    [Fact]
    public async Task Decodes_runs_of_every_length_around_the_threshold_and_leaves_shorter_ones()
    {
        for (var length = 190; length < 240; length++)
        {
            var picture = Bytes(length, seed: length);
            var uri = "data:image/png;base64," + Convert.ToBase64String(picture);
            using var body = await SplitAsync($$"""{"image":"{{uri}}"}""");
            if (uri.Length > Threshold)
            {
                body.Values.Count.ShouldBe(1);
                (await TakenAsync(body, "image")).ShouldBe(picture);
            }
            else
            {
                body.Values.ShouldBeEmpty();
                Text(body, "image").ShouldBe(uri);
            }
        }
    }

    [Fact]
    public async Task Decodes_bare_base64_of_every_length_around_the_threshold_and_the_longest_text()
    {
        foreach (var length in Enumerable.Range(220, 10).Concat(Enumerable.Range(1495, 12)).Append(90_000))
        {
            var picture = Bytes(length, seed: length);
            var base64 = Convert.ToBase64String(picture);
            using var body = await SplitAsync($$"""{"image":"{{base64}}"}""");
            if (base64.Length <= Threshold)
            {
                Text(body, "image").ShouldBe(base64);
                continue;
            }

            var value = body.Values.ShouldHaveSingleItem();
            value.EncodedBytes.ShouldBe(base64.Length);
            value.MediaType.ShouldBeNull();
            (await TakenAsync(body, "image")).ShouldBe(picture);
        }
    }

    [Fact]
    public async Task Gives_the_same_however_the_pipe_cuts_a_picture()
    {
        var picture = Bytes(700, seed: 1);
        var json = Encoding.UTF8.GetBytes($$$"""{"a":"x","extra_body":{"input_image_2":"data:image\/jpeg;base64,{{{Escaped(picture)}}} make \"it\" blue"}}""");
        for (var cut = 0; cut <= json.Length; cut++)
        {
            using var body = await SplitAsync(Segments(json, cut, Math.Min(json.Length, cut + 3)), _options);
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
                    var picture = Bytes(length + rest, seed: length);
                    var json = $$"""{"image":"{{Spell(spelling, prefix, picture)}}"}""";
                    using var body = await SplitAsync(RandomSegments(new Random(length), Encoding.UTF8.GetBytes(json)), _options);
                    (await TakenAsync(body, "image")).ShouldBe(picture);
                }
            }
        }
    }

    [Fact]
    public async Task Takes_the_pictures_at_the_head_of_a_prompt_and_leaves_the_text()
    {
        var (first, second, small) = (Bytes(900, 1), Bytes(1200, 2), Uri(Bytes(30, 3)));
        using var body = await SplitAsync(
            $$"""{"prompt":"{{Uri(first)}} https://a.example/b.png {{small}}  {{Uri(second)}}\nmake them one, {{small}} {{Uri(Bytes(600, 4))}}"}""");

        var words = Text(body, "prompt").Split(' ');
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
        string.Join(' ', words[5..]).ShouldBe($"them one, {small} {Uri(Bytes(600, 4))}");
        body.Mentions(Text(body, "prompt")).ShouldBeTrue();
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
            var picture = Bytes(length, length);
            var wrapped = "data:image/png;base64," + Wrapped(Convert.ToBase64String(picture), 76, "\\r\\n");
            using var body = await SplitAsync($$"""{"prompt":"{{wrapped}} {{text}}"}""");

            // 1140 bytes end with a full line: then a first word of 4, 8… letters cannot be told from base64.
            var value = body.Values.ShouldHaveSingleItem();
            var decoded = await File.ReadAllBytesAsync(value.Path);
            if (length == 1140 && text.StartsWith("make", StringComparison.Ordinal))
            {
                decoded[..length].ShouldBe(picture);
                continue;
            }

            decoded.ShouldBe(picture);
            Text(body, "prompt").Split(' ', 2)[1].ShouldBe(text);
        }
    }

    [Fact]
    public async Task Finds_pictures_in_arrays_and_deep_objects_and_names_their_parameter()
    {
        var uri = Uri(Bytes(600, 5));
        using var body = await SplitAsync(
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
        using var body = await SplitAsync($"\"{Uri(Bytes(600, 6))}\"");
        body.Values.ShouldHaveSingleItem().Param.ShouldBeNull();
    }

    [Fact]
    public async Task Leaves_names_alone()
    {
        var json = $$$"""{"{{{Convert.ToBase64String(Bytes(600, 7))}}}":1,"a":{"{{{Uri(Bytes(600, 7))}}}":[]}}""";
        using var body = await SplitAsync(json);
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
        using var body = await SplitAsync($$"""{"prompt":"{{text}}"}""");
        Encoding.UTF8.GetString(body.Json.Span).ShouldBe($$"""{"prompt":"{{text}}"}""");
        body.Values.ShouldBeEmpty();
    }

    [Fact]
    public async Task Keeps_text_that_looks_like_base64_until_its_last_character()
    {
        var text = new string('x', 1996) + "!";
        using var body = await SplitAsync($$"""{"prompt":"{{text}}"}""");
        Text(body, "prompt").ShouldBe(text);
    }

    [Fact]
    public async Task Cannot_be_made_to_give_one_callers_placeholder_to_another()
    {
        using var one = await SplitAsync($$"""{"image":"{{Uri(Bytes(600, 8))}}"}""");
        using var other = await SplitAsync($$"""{"image":"{{Uri(Bytes(600, 9))}}","prompt":"{{Text(one, "image")}}"}""");
        other.TryGet(Text(other, "prompt"), out _).ShouldBeFalse();
        other.TryGet(Text(other, "image") + "1", out _).ShouldBeFalse();
        other.TryGet(Text(other, "image"), out _).ShouldBeTrue();
    }

    [Theory]
    [InlineData("{\"prompt\":\"{0}\"}", 2001, nameof(ErrorKind.InvalidRequest), "a text value is longer than 2000 bytes", "prompt")]
    [InlineData("{\"extra_body\":{\"user\":\"https://{0}\"}}", 2001, nameof(ErrorKind.InvalidRequest), "a text value is longer than 2000 bytes", "user")]
    [InlineData("{\"{0}\":1}", 2001, nameof(ErrorKind.InvalidRequest), "a text value is longer than 2000 bytes", null)]
    [InlineData("[{0}]", 20_001, nameof(ErrorKind.BodyTooLarge), "The JSON without its pictures is larger than 20000 bytes.", null)]
    public async Task Refuses_long_text(string json, int length, string kind, string message, string? param)
    {
        var error = await RefusedAsync(json.Replace("{0}", new string('.', length), StringComparison.Ordinal));
        error.ShouldBe(new GatewayError(Enum.Parse<ErrorKind>(kind), message, param));
    }

    [Fact]
    public async Task Takes_text_of_just_the_longest_length()
    {
        using var body = await SplitAsync($$"""{"prompt":"{{Uri(Bytes(600, 1))}}{{new string(' ', 10)}}{{new string('.', 1990)}}"}""");
        body.Values.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Refuses_endless_white_space_behind_a_picture()
    {
        foreach (var picture in new[] { Bytes(30, 1), Bytes(600, 1) })
        {
            var error = await RefusedAsync($$"""{"prompt":"{{Uri(picture)}}{{new string(' ', 2001)}}"}""");
            error.Kind.ShouldBe(ErrorKind.InvalidRequest);
        }
    }

    [Fact]
    public async Task Counts_many_small_pictures_as_no_text()
    {
        using var body = await SplitAsync($$"""{"prompt":"{{string.Join(' ', Enumerable.Repeat(Uri(Bytes(150, 1)), 20))}} x"}""");
        body.Values.ShouldBeEmpty();
    }

    [Fact]
    public async Task Refuses_a_body_above_the_limit_as_soon_as_it_is_above()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes("[\"" + Uri(Bytes(60_000, 1)) + "\""));
        await pipe.Writer.WriteAsync(new byte[500_000 - 60_000]);
        var exception = await Should.ThrowAsync<GatewayException>(JsonBodySplitter.ReadAsync(pipe.Reader, _options, CancellationToken.None));
        exception.Error.Kind.ShouldBe(ErrorKind.BodyTooLarge);
        _folder.Files.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("data:image/png;base64,")]
    public async Task Refuses_a_picture_above_the_limit_by_name(string prefix)
    {
        foreach (var length in new[] { 100_001, 200_000 })
        {
            var error = await RefusedAsync($$$"""{"a":1,"extra_body":{"input_image":"{{{prefix}}}{{{Convert.ToBase64String(Bytes(length, 1))}}}"}}""");
            error.ShouldBe(new GatewayError(ErrorKind.BodyTooLarge, "input_image is larger than 100000 bytes", "input_image"));
        }

        using var fits = await SplitAsync($$"""{"image":"{{prefix}}{{Convert.ToBase64String(Bytes(100_000, 1))}}"}""");
        fits.Values.ShouldHaveSingleItem().Bytes.ShouldBe(100_000);
    }

    [Theory]
    [InlineData("!")]
    [InlineData("\\u00e9AAAA")]
    [InlineData("猫")]
    [InlineData("\\\"")]
    [InlineData("\\u12zz")]
    [InlineData("\n")]
    [InlineData("A")]
    [InlineData("=")]
    [InlineData("AA===")]
    [InlineData("AAA==")]
    [InlineData("AA==A")]
    [InlineData("A= word")]
    public async Task Refuses_garbage_in_a_data_uri(string garbage)
    {
        var error = await RefusedAsync($$"""{"images":["x","{{Uri(Bytes(600, 1))}}{{garbage}}"]}""");
        error.ShouldBe(new GatewayError(ErrorKind.BadReferenceImage, "images is not valid base64", "images"));
    }

    [Fact]
    public async Task Refuses_garbage_in_bare_base64_that_is_too_long_for_a_text()
    {
        var error = await RefusedAsync($$"""{"image":"{{Convert.ToBase64String(Bytes(3000, 1))}}!"}""");
        error.ShouldBe(new GatewayError(ErrorKind.BadReferenceImage, "image is not valid base64", "image"));
    }

    [Fact]
    public async Task Deletes_the_first_pictures_when_a_later_one_is_bad()
    {
        var error = await RefusedAsync($$"""{"image":"{{Uri(Bytes(60_000, 1))}}","mask":"{{Uri(Bytes(60_000, 1))}}!"}""");
        error.Param.ShouldBe("mask");
    }

    [Fact]
    public async Task Leaves_no_file_when_the_body_ends_in_a_picture()
    {
        using var body = await SplitAsync($$"""{"image":"{{Uri(Bytes(99_999, 1))}}""");
        body.Values.ShouldBeEmpty();
        _folder.Files.ShouldBeEmpty();
        Should.Throw<JsonException>(() => JsonDocument.Parse(body.Json));
    }

    [Fact]
    public async Task Leaves_no_file_when_it_is_cancelled_in_the_middle_of_a_picture()
    {
        using var stop = new CancellationTokenSource();
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        var reading = JsonBodySplitter.ReadAsync(pipe.Reader, _options with { MaxPictureBytes = 10_000_000, MaxBodyBytes = 10_000_000 }, stop.Token);
        // The writer is let go on only when the piece is used up: by then a file is there.
        await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes($$"""{"image":"{{Uri(Bytes(90_000, 1))}}","mask":"{{Uri(Bytes(900_000, 1))}}"""));
        _folder.Files.Length.ShouldBe(2);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(reading);
        _folder.Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task Leaves_no_file_when_the_connection_breaks()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        var reading = JsonBodySplitter.ReadAsync(pipe.Reader, _options, CancellationToken.None);
        await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes($$"""{"image":"{{Uri(Bytes(90_000, 1))}}","n":1"""));
        _folder.Files.Length.ShouldBe(1);
        await pipe.Writer.CompleteAsync(new IOException("reset"));
        await Should.ThrowAsync<IOException>(reading);
        _folder.Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task Says_413_when_the_server_itself_refuses_the_length()
    {
        var pipe = new Pipe();
        await pipe.Writer.CompleteAsync(new BadHttpRequestException("too long", StatusCodes.Status413PayloadTooLarge));
        var exception = await Should.ThrowAsync<GatewayException>(JsonBodySplitter.ReadAsync(pipe.Reader, _options, CancellationToken.None));
        exception.Error.Kind.ShouldBe(ErrorKind.BodyTooLarge);
    }

    [Fact]
    public async Task Says_that_the_disk_takes_no_writes()
    {
        var file = Path.Combine(_folder.Path, "a file");
        await File.WriteAllTextAsync(file, "");
        var json = Encoding.UTF8.GetBytes($$"""{"image":"{{Uri(Bytes(600, 1))}}"}""");
        var exception = await Should.ThrowAsync<GatewayException>(SplitAsync(Segments(json, 0, 0), _options with { Folder = file }));
        exception.Error.Kind.ShouldBe(ErrorKind.StorageUnavailable);
    }

    [Fact]
    public async Task Deletes_on_disposal_what_was_not_taken()
    {
        var body = await SplitAsync($$"""{"image":["{{Uri(Bytes(600, 1))}}","{{Uri(Bytes(600, 2))}}"]}""");
        _folder.Files.Length.ShouldBe(2);
        var taken = body.Values[1].Take();
        body.Dispose();
        body.Dispose();
        _folder.Files.ShouldBe([taken]);
    }

    [Fact]
    public async Task Takes_an_empty_body()
    {
        var pipe = new Pipe();
        await pipe.Writer.CompleteAsync();
        using var body = await JsonBodySplitter.ReadAsync(pipe.Reader, _options, CancellationToken.None);
        body.Json.IsEmpty.ShouldBeTrue();
    }

    private static byte[] Bytes(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static string Uri(byte[] picture) => "data:image/png;base64," + Convert.ToBase64String(picture);

    private static string Escaped(byte[] picture) => Convert.ToBase64String(picture)
        .Replace("/", "\\/", StringComparison.Ordinal)
        .Replace("+", "\\u002B", StringComparison.Ordinal)
        .Replace("=", "\\u003d", StringComparison.Ordinal);

    private static string Wrapped(string base64, int line, string separator) =>
        string.Join(separator, base64.Chunk(line).Select(part => new string(part)));

    private static string Spell(string spelling, string prefix, byte[] picture)
    {
        var plain = Convert.ToBase64String(picture);
        return spelling switch
        {
            "plain" => prefix + plain,
            "slash" => (prefix + plain).Replace("/", "\\/", StringComparison.Ordinal),
            "dotnet" => prefix + Escaped(picture),
            "dotnet lower case" => prefix + plain.Replace("+", "\\u002b", StringComparison.Ordinal).Replace("/", "\\u002f", StringComparison.Ordinal),
            "every character" => string.Concat((prefix + plain).Select(c => $"\\u{(int)c:x4}")),
            "url safe" => prefix + plain.Replace('+', '-').Replace('/', '_'),
            "no padding" => prefix + plain.TrimEnd('='),
            "url safe, no padding" => prefix + plain.TrimEnd('=').Replace('+', '-').Replace('/', '_'),
            "lines of 76, \\r\\n" => prefix + Wrapped(plain, 76, "\\r\\n"),
            "lines of 64, \\n" => prefix + Wrapped(plain, 64, "\\n"),
            "lines of 60, \\n, last break" => prefix + Wrapped(plain, 60, "\\n") + (prefix.Length == 0 ? "\\n" : ""),
            "lines of 76 with spaces" => prefix + Wrapped(plain, 76, " "),
            _ => prefix.Length == 0 ? "\\n " + plain : prefix + plain,
        };
    }

    private static string Text(SplitBody body, string name)
    {
        using var document = JsonDocument.Parse(body.Json);
        return document.RootElement.GetProperty(name).GetString()!;
    }

    private static async Task<byte[]> TakenAsync(SplitBody body, string name)
    {
        body.TryGet(Text(body, name).TrimStart(), out var value).ShouldBeTrue();
        value.ShouldNotBeNull();
        var bytes = await File.ReadAllBytesAsync(value.Path);
        value.Bytes.ShouldBe(bytes.Length);
        return bytes;
    }

    private static void Generate(Random random, StringBuilder json, int depth)
    {
        switch (random.Next(depth > 4 ? 3 : 6))
        {
            case 0:
                json.Append(random.Next());
                break;
            case 1 or 2:
                GenerateString(random, json);
                break;
            case 3:
                json.Append('[').AppendJoin(" , ", Enumerable.Range(0, random.Next(5)).Select(_ => Child(false))).Append(']');
                break;
            default:
                json.Append('{').AppendJoin(",\n", Enumerable.Range(0, random.Next(6)).Select(_ => Child(true))).Append('}');
                break;
        }

        string Child(bool isNamed)
        {
            var child = new StringBuilder();
            if (isNamed)
            {
                GenerateString(random, child);
                child.Append(" : ");
            }

            Generate(random, child, depth + 1);
            return child.ToString();
        }
    }

    // Of the parts that the scanner looks at, always shorter than the threshold where they make base64.
    private static void GenerateString(Random random, StringBuilder json)
    {
        string[] parts =
        [
            "data:image/png;base64,", "data:", ";base64,", "https://", "AAAA", "a", " ", "\\n", "\\r\\n", "\\/", "\\\"", "\\\\", "\\u002B", "\\u0041",
            "=", "==", "-_", "猫", "\\ud83d\\ude00", ",", ":", "{", "]", "0123456789012345678901234567890123456789",
        ];
        json.Append('"');
        foreach (var part in random.GetItems(parts, random.Next(7)))
        {
            json.Append(part);
        }

        json.Append('"');
    }

    private static ReadOnlySequence<byte> Segments(byte[] bytes, int first, int second) =>
        Sequence([bytes[..first], bytes[first..second], bytes[second..]]);

    private static ReadOnlySequence<byte> RandomSegments(Random random, byte[] bytes)
    {
        var parts = new List<byte[]>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = Math.Min(bytes.Length - at, random.Next(1, random.Next(2) == 0 ? 4 : 100));
            parts.Add(bytes[at..(at + length)]);
            at += length;
        }

        return Sequence(parts);
    }

    private static ReadOnlySequence<byte> Sequence(IReadOnlyList<byte[]> parts)
    {
        var first = new Segment(ReadOnlyMemory<byte>.Empty, null);
        var last = first;
        foreach (var part in parts)
        {
            last = new Segment(part, last);
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private async Task<string> VerdictAsync(ReadOnlySequence<byte> bytes)
    {
        try
        {
            using var body = await SplitAsync(bytes, _options);
            var verdict = new StringBuilder(Encoding.UTF8.GetString(body.Json.Span));
            if (body.Values.Count > 0)
            {
                // Placeholders differ by their random part only.
                var at = verdict.ToString().IndexOf("spooled-", StringComparison.Ordinal);
                verdict.Replace(verdict.ToString(at, 40), "");
            }

            foreach (var value in body.Values)
            {
                verdict.Append($"|{value.EncodedBytes} {value.MediaType} {Convert.ToBase64String(await File.ReadAllBytesAsync(value.Path))}");
            }

            return verdict.ToString();
        }
        catch (GatewayException exception)
        {
            return exception.Error.ToString();
        }
    }

    private async Task<GatewayError> RefusedAsync(string json)
    {
        var exception = await Should.ThrowAsync<GatewayException>(SplitAsync(json));
        _folder.Files.ShouldBeEmpty();
        return exception.Error;
    }

    private Task<SplitBody> SplitAsync(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        return SplitAsync(Segments(bytes, bytes.Length / 3, bytes.Length / 2), _options);
    }

    private static Task<SplitBody> SplitAsync(ReadOnlySequence<byte> body, BodySplitLimits options) =>
        JsonBodySplitter.ReadAsync(PipeReader.Create(body), options, CancellationToken.None);

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            if (before is not null)
            {
                RunningIndex = before.RunningIndex + before.Memory.Length;
                before.Next = this;
            }
        }
    }
}
