using System.IO.Pipelines;
using System.Text;
using Pictor.Api;
using Pictor.Tests.Api;
using Pictor.Upstream.Splitting;

namespace Pictor.Tests.Upstream.Splitting;

/// <summary>What is known to be a picture leaves the JSON whatever its size, so that nothing behind the splitter can make a string of it.</summary>
public sealed class PictureFieldsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly BodySplitLimits _options;

    // Without padding, which would say where the base64 ends.
    private byte[] _picture = [.. Enumerable.Range(0, 72).Select(value => (byte)(value * 7))];

    public PictureFieldsTests() => _options = new BodySplitLimits
    {
        Folder = _folder.Path,
        Pictures = new("image", "images", "image_url", "url", "b64_json", "data"),
        Texts = new("prompt", "content", "text"),
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"image":"BARE"}""", 1)]
    [InlineData("""{"image":"URI"}""", 1)]
    [InlineData("""{"image":["BARE","https://x.example/a.png","URI"],"prompt":"x"}""", 2)]
    [InlineData("""{"images":[{"image_url":"URI"},{"file_id":"f"},"BARE"]}""", 2)]
    [InlineData("""{"extra_body":{"image":"BARE"},"image":["URI"]}""", 2)]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"detail":"low","url":"URI"}},{"type":"text","text":"x"}]}]}""", 1)]
    [InlineData("""{"created":1,"data":[{"b64_json":"BARE","url":""},{"url":"URI"},"BARE"]}""", 3)]
    [InlineData("""{"type":"image_generation.completed","b64_json":"URI","usage":{"input_tokens":1}}""", 1)]
    [InlineData("""{"prompt":"URI  https://x.example/a.png URI a boat"}""", 2)]
    [InlineData("""{"messages":[{"content":"URI a boat"}]}""", 1)]
    [InlineData("""{"prompt":"URI\na boat"}""", 1)]
    [InlineData("""{"prompt":"URI\r\nURI https://x.example/a.png"}""", 2)]
    [InlineData("""{"prompt":"URI lighthouses"}""", 1)]
    [InlineData("""{"image":"URI\n"}""", 1)]
    [InlineData("""{"image":"BARE \n"}""", 1)]
    public async Task Takes_a_small_picture_out_of_a_member_for_pictures(string json, int pictures)
    {
        foreach (var length in (int[])[70, 71, 72])
        {
            _picture = [.. Enumerable.Range(0, length).Select(value => (byte)(value * 7))];
            using var body = await SplitAsync(json, _options);

            body.Values.Count.ShouldBe(pictures);
            foreach (var value in body.Values)
            {
                File.ReadAllBytes(value.Path).ShouldBe(_picture);
            }

            var left = Encoding.UTF8.GetString(body.Json.Span);
            left.ShouldNotContain(Convert.ToBase64String(_picture)[..8]);
            left.ShouldNotContain("data:");
            WithoutPlaceholders(left).ShouldBe(json.Replace("URI", "_", StringComparison.Ordinal).Replace("BARE \\n", "_", StringComparison.Ordinal).Replace("BARE", "_", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("""{"prompt":"BARE"}""")]
    [InlineData("""{"prompt":"a boat like URI"}""")]
    [InlineData("""{"style":"BARE","other":{"deep":["URI"]}}""")]
    [InlineData("""{"image":"https://x.example/BARE"}""")]
    [InlineData("""{"image":"BARE!"}""")]
    [InlineData("""{"image":"data:image/png;base64,AAAAA"}""")]
    [InlineData("""{"image":"data:image/png;base64,"}""")]
    [InlineData("""{"image":"short"}""")]
    [InlineData("""{"image":[{"caption":"BARE"}],"style":"BARE"}""")]
    [InlineData("""[["BARE"]]""")]
    public async Task Leaves_what_is_no_picture_as_it_is(string json)
    {
        using var body = await SplitAsync(json, _options);

        body.Values.ShouldBeEmpty();
        Encoding.UTF8.GetString(body.Json.Span).ShouldBe(Filled(json));
        _folder.Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task Leaves_a_piece_of_a_streamed_text_in_it()
    {
        // The picture goes on in the next event.
        using var body = await SplitAsync("""{"choices":[{"delta":{"content":"![a](URI"}}]}""", _options with { Texts = FieldNames.None, LooksInText = true });
        body.Values.ShouldBeEmpty();
    }

    [Fact]
    public async Task Takes_a_picture_out_of_the_middle_of_a_text_that_is_whole()
    {
        using var body = await SplitAsync("""{"choices":[{"message":{"content":"here: ![a](URI) done"}}]}""", _options with { LooksInText = true });
        File.ReadAllBytes(body.Values.ShouldHaveSingleItem().Path).ShouldBe(_picture);
        Encoding.UTF8.GetString(body.Json.Span).ShouldContain("here: ![a](spooled-");
    }

    [Theory]
    [InlineData("BARE")]
    [InlineData("URI")]
    public async Task Takes_a_small_picture_that_a_form_brings_as_text_out_of_it(string text)
    {
        using var form = new RawForm().Text("prompt", "x").Text("image[]", Filled(text)).Build();
        using var body = await FormBodySplitter.ReadAsync(await form.ReadAsStreamAsync(), form.Headers.ContentType!.ToString(), _options, CancellationToken.None);

        File.ReadAllBytes(body.Values.ShouldHaveSingleItem().Path).ShouldBe(_picture);
        Encoding.UTF8.GetString(body.Json.Span).ShouldNotContain(Filled("BARE"));
    }

    private static string WithoutPlaceholders(string json) => System.Text.RegularExpressions.Regex.Replace(json, "spooled-[0-9a-f]{32}-[0-9]+", "_", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));

    private string Filled(string json)
    {
        var bare = Convert.ToBase64String(_picture);
        return json.Replace("URI", "data:image/png;base64," + bare, StringComparison.Ordinal).Replace("BARE", bare, StringComparison.Ordinal);
    }

    /// <summary>Byte for byte and whole: the outcome may not depend on how the body is cut.</summary>
    private async Task<SplitBody> SplitAsync(string json, BodySplitLimits options)
    {
        var bytes = Encoding.UTF8.GetBytes(Filled(json));
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        var reading = JsonBodySplitter.ReadAsync(pipe.Reader, options, CancellationToken.None);
        for (var at = 0; at < bytes.Length; at++)
        {
            await pipe.Writer.WriteAsync(bytes.AsMemory(at, 1));
        }

        await pipe.Writer.CompleteAsync();
        using var slow = await reading;
        var fast = await JsonBodySplitter.ReadAsync(PipeReader.Create(new MemoryStream(bytes)), options, CancellationToken.None);
        (slow.Values.Count, slow.Json.Length).ShouldBe((fast.Values.Count, fast.Json.Length));
        return fast;
    }
}
