using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Pictor.Imaging;
using Pictor.Tests.Imaging;

namespace Pictor.Tests.Api.Chat;

public sealed partial class ChatCompletionsEndpointTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private static readonly string Wide = "data:image/png;base64," + Convert.ToBase64String(Samples.Quarters(PictureFormat.Png, 420, 210));

    private readonly TestGateway _gateway = running.Gateway;

    [Fact]
    public async Task Answers_with_one_markdown_image_and_a_link()
    {
        var body = await OkAsync(new { model = "flux-kontext-pro", messages = new[] { User("Sunset over mountains") }, aspect_ratio = "16:9" });
        body.Text("object").ShouldBe("chat.completion");
        body.Text("id").ShouldStartWith("chatcmpl-");
        body.GetProperty("created").GetInt64().ShouldBeGreaterThan(1_700_000_000);
        var choice = body.GetProperty("choices")[0];
        choice.Text("finish_reason").ShouldBe("stop");
        choice.GetProperty("message").Text("role").ShouldBe("assistant");
        choice.GetProperty("message").TryGetProperty("images", out _).ShouldBeFalse();
        var link = OneLink(choice.GetProperty("message").Text("content"));
        link.ShouldStartWith(_gateway.Address.ToString());
        (await SizeAsync(link)).ShouldBe((1424, 800));
        body.GetProperty("usage").GetProperty("cost").GetDecimal().ShouldBe(0.035m);
        body.GetProperty("usage").GetProperty("total_tokens").ValueKind.ShouldBe(JsonValueKind.Number);
        body.TryGetProperty("warnings", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Streams_exactly_the_bytes_that_shells_read()
    {
        using var answer = await PostAsync(new { model = "flux-kontext-pro", stream = true, messages = new[] { User("一只猫 【3:1】") }, stream_options = new { include_usage = true } });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.GetValues("X-Accel-Buffering").ShouldBe(["no"]);
        answer.Headers.CacheControl!.NoCache.ShouldBeTrue();
        var stream = await Sse.ReadAsync(answer);
        stream.Raw.ShouldNotContain("\r");
        Ascii.IsValid(stream.Raw).ShouldBeTrue();
        stream.Raw.ShouldContain("\\u3010");
        stream.Raw.ShouldEndWith("\n\ndata: [DONE]\n\n");
        stream.Raw.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).ShouldAllBe(part => part.StartsWith("data: ") || part.StartsWith(": "));
        stream.Raw.ShouldNotContain("\"content\":null");
        stream.Raw.ShouldNotContain("\"usage\":null");

        var events = stream.Events;
        events.Count.ShouldBe(4);
        events.ShouldAllBe(chunk => chunk.GetProperty("choices").ValueKind == JsonValueKind.Array && chunk.Text("object") == "chat.completion.chunk");
        var delta = events[0].GetProperty("choices")[0].GetProperty("delta");
        delta.Text("role").ShouldBe("assistant");
        delta.Text("content").ShouldBe("");
        OneLink(events[1].GetProperty("choices")[0].GetProperty("delta").Text("content")).ShouldStartWith("http");
        events[2].GetProperty("choices")[0].GetProperty("delta").EnumerateObject().ShouldBeEmpty();
        events[2].GetProperty("choices")[0].Text("finish_reason").ShouldBe("stop");
        events[2].GetProperty("warnings").GetArrayLength().ShouldBe(2);
        events[3].GetProperty("choices").GetArrayLength().ShouldBe(0);
        events[3].GetProperty("usage").GetProperty("cost").GetDecimal().ShouldBe(0.035m);
        stream.Raw.ShouldContain("&signature=");
    }

    // As OpenRouter's clients ask for it.
    [Fact]
    public async Task Tells_the_usage_to_who_asks_with_usage_include_too()
    {
        using var answer = await PostAsync(new { model = "flux-kontext-pro", stream = true, usage = new { include = true }, messages = new[] { User("a cat") } });
        var stream = await Sse.ReadAsync(answer);
        stream.Events.Count.ShouldBe(4);
        stream.Events[3].GetProperty("usage").GetProperty("cost").GetDecimal().ShouldBe(0.035m);
        stream.Raw.ShouldNotContain("warnings");
    }

    [Fact]
    public async Task Tells_no_usage_unless_asked()
    {
        using var answer = await PostAsync(new { model = "sandbox", size = "64x64", stream = true, messages = new[] { User("a cat") } });
        var stream = await Sse.ReadAsync(answer);
        stream.Events.Count.ShouldBe(3);
        stream.Raw.ShouldNotContain("usage");
    }

    [Fact]
    public async Task Gives_the_role_at_once_and_comments_while_it_waits()
    {
        await using var gateway = await TestGateway.StartAsync(settings: "Pictor:Api:CommentEvery=00:00:00.100");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = JsonContent.Create(new { model = "sandbox", size = "64x64", stream = true, messages = new[] { User("a cat [sandbox: delay=1s]") } }) };
        using var answer = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        (await reader.ReadLineAsync())!.ShouldStartWith("data: {\"id\":\"chatcmpl-");
        (await reader.ReadLineAsync()).ShouldBe("");
        (await reader.ReadLineAsync()).ShouldBe(": waiting");
        var rest = await reader.ReadToEndAsync();
        rest.ShouldEndWith("data: [DONE]\n\n");
    }

    [Fact]
    public async Task Shows_progress_in_lines_that_shells_take_for_thinking_where_it_is_asked_for()
    {
        var request = new { model = "sandbox", size = "64x64", stream = true, messages = new[] { User("a cat [sandbox: delay=1s, progress]") } };
        using var silent = await PostAsync(request);
        OneLink((await Sse.ReadAsync(silent)).Content);

        using var answer = await PostAsync(new { request.model, request.size, request.stream, request.messages, progress = true });
        var content = (await Sse.ReadAsync(answer)).Content;
        var lines = content.Split('\n');
        var shown = lines.TakeWhile(line => line.StartsWith("> ")).ToList();
        shown.Count.ShouldBeGreaterThan(2);
        shown.ShouldAllBe(line => line.EndsWith('%'));
        lines[shown.Count].ShouldBe("");
        OneLink(string.Join('\n', lines.Skip(shown.Count + 1)));

        // What a shell sends back names the picture all the same.
        var next = await OkAsync(new { model = "flux-kontext-pro", messages = new object[] { User("a"), new { role = "assistant", content }, User("make it grayscale") } });
        next.TryGetProperty("warnings", out _).ShouldBeFalse();
        var whole = await OkAsync(new { request.model, request.size, request.messages, progress = true });
        whole.GetProperty("warnings").EnumerateArray().Select(warning => warning.Text("param")).ShouldBe(["progress"]);
    }

    [Fact]
    public async Task Says_that_it_shows_no_unfinished_pictures()
    {
        var body = await OkAsync(new { model = "sandbox", size = "64x64", partial_images = 2, messages = new[] { User("a cat") } });
        body.GetProperty("warnings").EnumerateArray().Select(warning => warning.Text("param")).ShouldBe(["partial_images"]);
    }

    [Fact]
    public async Task Gives_the_pictures_themselves_where_modalities_ask_for_them()
    {
        var request = new { model = "sandbox", size = "64x64", n = 2, modalities = new[] { "image", "text" }, messages = new[] { User("a cat") } };
        var message = (await OkAsync(request)).GetProperty("choices")[0].GetProperty("message");
        Pictures(message).ShouldBe([(64, 64), (64, 64)]);
        Link().Count(message.Text("content")).ShouldBe(2);

        using var answer = await PostAsync(new { request.model, request.size, request.n, request.modalities, request.messages, stream = true });
        var stream = await Sse.ReadAsync(answer);
        Pictures(stream.Events[^2].GetProperty("choices")[0].GetProperty("delta")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Reads_parts_with_data_uris_as_references()
    {
        var body = await OkAsync(new
        {
            model = "flux-kontext-pro",
            messages = new object[] { new { role = "user", content = new object[] { new { type = "text", text = "make it" }, new { type = "text", text = "grayscale" }, new { type = "image_url", image_url = new { url = Wide } } } } },
        });
        var (width, height) = await SizeAsync(OneLink(Content(body)));
        ((double)width / height).ShouldBe(2, 0.05);
    }

    [Fact]
    public async Task A_follow_up_edits_the_last_picture_also_from_markdown_alone()
    {
        var first = Content(await OkAsync(new { model = "flux-kontext-pro", aspect_ratio = "21:9", messages = new[] { User("a long wall") } }));
        var body = await OkAsync(new { model = "flux-kontext-pro", messages = new object[] { User("a long wall"), new { role = "assistant", content = first }, User("make it grayscale") } });
        var (width, height) = await SizeAsync(OneLink(Content(body)));
        ((double)width / height).ShouldBe(21 / 9.0, 0.1);
    }

    [Fact]
    public async Task A_follow_up_reads_the_picture_from_wherever_a_shell_puts_it()
    {
        foreach (var assistant in new object[]
        {
            new { role = "assistant", content = $"![image]({Wide})" },
            new { role = "assistant", content = "", images = new[] { new { type = "image_url", image_url = new { url = Wide } } } },
            new { role = "assistant", content = new object[] { new { type = "image_url", image_url = new { url = Wide } } } },
        })
        {
            var body = await OkAsync(new { model = "flux-kontext-pro", messages = new[] { User("x"), assistant, User("make it grayscale") } });
            var (width, height) = await SizeAsync(OneLink(Content(body)));
            ((double)width / height).ShouldBe(2, 0.05);
        }
    }

    [Fact]
    public async Task Another_keys_picture_is_a_link_like_any_other()
    {
        var link = OneLink(Content(await OkAsync(new { model = "sandbox", size = "64x64", messages = new[] { User("x") } })));
        using var other = await _gateway.NewKeyAsync();
        using var answer = await other.PostAsJsonAsync("/v1/chat/completions", new { model = "flux-kontext-pro", messages = new object[] { User(link + " make it grayscale") } });
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.JsonAsync()).Error().Text("code").ShouldBe("invalid_image");
        await OkAsync(new { model = "flux-kontext-pro", messages = new object[] { User(link + " make it grayscale") } });
    }

    [Fact]
    public async Task A_model_without_references_does_not_break_a_conversation()
    {
        var body = await OkAsync(new { model = "dall-e-3", messages = new object[] { User("a"), new { role = "assistant", content = $"![image]({Wide})" }, User("b") } });
        body.GetProperty("warnings").EnumerateArray().Select(warning => warning.Text("param")).ShouldBe(["messages"]);
    }

    [Theory]
    [InlineData("""{"aspect_ratio":"16:9"}""", 1424)]
    [InlineData("""{"extra_body":{"aspect_ratio":"16:9"}}""", 1424)]
    [InlineData("""{"size":"1424x800"}""", 1424)]
    public async Task Image_parameters_stand_at_the_top_level_or_in_extra_body(string json, int width)
    {
        using var answer = await _gateway.Client.PostAsync("/v1/chat/completions", new StringContent(json.Insert(1, """ "messages":[{"role":"user","content":"x"}],"model":"flux-kontext-pro","seed":5,"""), Encoding.UTF8, "application/json"));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await SizeAsync(OneLink(Content(await answer.JsonAsync())))).Width.ShouldBe(width);
    }

    [Fact]
    public async Task What_belongs_to_language_is_ignored_with_a_warning()
    {
        var body = await OkAsync(new { model = "sandbox", size = "64x64", temperature = 0.7, top_p = 1, max_tokens = 100, response_format = new { type = "text" }, messages = new object[] { new { role = "system", content = "be brief" }, new { role = "tool", content = "7" }, User("a cat --ar 1:1") } });
        body.GetProperty("warnings").EnumerateArray().Select(warning => warning.Text("param")).Order().ShouldBe(["max_tokens", "messages", "messages", "messages", "response_format", "temperature", "top_p"]);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"messages":null}""")]
    [InlineData("""{"messages":"x"}""")]
    [InlineData("""{"messages":[]}""")]
    [InlineData("""{"messages":["x"]}""")]
    [InlineData("""{"messages":[{"content":"x"}]}""")]
    [InlineData("""{"messages":[{"role":"user"}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":7}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":""}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[]}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{}}]}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"ftp://x/y"}},{"type":"text","text":"x"}]}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,aGVsbG8="}}]}]}""")]
    [InlineData("""{"messages":[{"role":"system","content":"x"},{"role":"assistant","content":"y"}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"video","video":{}}]}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"seed":-1}""")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"n":11}""")]
    public async Task Bad_conversations_are_400s_also_when_streamed(string json)
    {
        foreach (var stream in new[] { "false", "true" })
        {
            using var answer = await _gateway.Client.PostAsync("/v1/chat/completions", new StringContent(json.Insert(1, $"\"stream\":{stream}" + (json.Length > 2 ? "," : "")), Encoding.UTF8, "application/json"));
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            (await answer.JsonAsync()).Error().Text("message").ShouldNotBeEmpty();
        }
    }

    [Fact]
    public async Task A_message_of_pictures_alone_is_a_400_that_says_what_is_missing()
    {
        var picture = "data:image/png;base64," + Convert.ToBase64String(Samples.Quarters(PictureFormat.Png));
        foreach (var stream in new[] { false, true })
        {
            using var answer = await _gateway.Client.PostAsJsonAsync("/v1/chat/completions", new { stream, messages = new[] { new { role = "user", content = new[] { new { type = "image_url", image_url = new { url = picture } } } } } });
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            var error = (await answer.JsonAsync()).Error();
            error.Text("param").ShouldBe("messages");
            error.Text("message").ShouldBe("the last message of the role 'user' has no text");
        }
    }

    [Fact]
    public async Task Roles_and_parts_that_nobody_knows_are_ignored_with_a_warning()
    {
        using var answer = await _gateway.Client.PostAsJsonAsync("/v1/chat/completions", new
        {
            model = "sandbox",
            size = "64x64",
            messages = new object[]
            {
                new { role = "critic", content = "too dark" },
                new { role = "user", content = new object[] { new { type = "text", text = "a cat" }, new { type = "video_url", video_url = new { url = "x" } }, new { type = "input_audio", input_audio = new { data = "AAAA" } } } },
            },
        });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        var warnings = (await answer.JsonAsync()).GetProperty("warnings").EnumerateArray().Select(warning => warning.Text("requested")).ToList();
        warnings.ShouldBe(["critic", "video_url", "input_audio"], ignoreOrder: true);
    }

    [Fact]
    public async Task Seventeen_pictures_are_a_400()
    {
        var parts = Enumerable.Repeat<object>(new { type = "image_url", image_url = new { url = Wide } }, 17).Append(new { type = "text", text = "join them" });
        using var answer = await PostAsync(new { model = "gpt-image-1", stream = true, messages = new[] { new { role = "user", content = parts } } });
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.JsonAsync()).Error().Text("message").ShouldContain("At most 16");
    }

    [Fact]
    public async Task A_failure_before_the_first_byte_has_its_status_and_a_later_one_is_an_event()
    {
        using var unknown = await PostAsync(new { model = "nope", stream = true, messages = new[] { User("x") } });
        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var moderated = await PostAsync(new { model = "sandbox", stream = true, messages = new[] { User("x [sandbox: delay=10ms, fail=moderated]") } });
        moderated.StatusCode.ShouldBe(HttpStatusCode.OK);
        var stream = await Sse.ReadAsync(moderated);
        var error = stream.Events[^1].Error();
        error.Text("code").ShouldBe("content_policy_violation");
        error.Text("type").ShouldBe("invalid_request_error");
        stream.Raw.ShouldEndWith("data: [DONE]\n\n");
        using var blocking = await PostAsync(new { model = "sandbox", messages = new[] { User("x [sandbox: fail=moderated]") } });
        blocking.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_caller_that_hangs_up_finds_its_picture_by_id()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = JsonContent.Create(new { model = "sandbox", size = "64x64", stream = true, messages = new[] { User("a cat [sandbox: delay=300ms]") } }) };
        string id;
        using (var answer = await _gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        {
            id = answer.Headers.GetValues("x-pictor-job").Single();
        }

        var job = await (await _gateway.Client.GetAsync($"/v1/images/generations/{id}?wait=60")).JsonAsync();
        job.Text("status").ShouldBe("succeeded");
    }

    [Fact]
    public async Task An_asynchronous_call_gets_its_job()
    {
        using var answer = await PostAsync(new { model = "sandbox", size = "64x64", stream = true, async = true, messages = new[] { User("a cat") } });
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await answer.JsonAsync()).Text("status").ShouldBe("queued");
    }

    [Theory]
    [InlineData("/v1/chat/completions")]
    [InlineData("/v1/images/generations")]
    public async Task Bytes_that_are_no_text_are_a_400_however_deep_they_stand(string door)
    {
        byte[] body = [.. """{"prompt":"x","messages":[{"role":"user","content":"x","a"""u8, 0xd1, .. """b":1}]}"""u8];
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        using var answer = await _gateway.Client.PostAsync(door, content);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private static object User(string text) => new { role = "user", content = text };

    private static string Content(JsonElement body) => body.GetProperty("choices")[0].GetProperty("message").Text("content");

    private static string OneLink(string content)
    {
        var found = Link().Match(content);
        found.Value.ShouldBe(content);
        return found.Groups[1].Value;
    }

    private static List<(int Width, int Height)> Pictures(JsonElement message) =>
    [
        .. message.GetProperty("images").EnumerateArray().Select(image =>
        {
            image.Text("type").ShouldBe("image_url");
            var url = image.GetProperty("image_url").Text("url");
            url.ShouldStartWith("data:image/png;base64,");
            return Measure(Convert.FromBase64String(url["data:image/png;base64,".Length..]));
        }),
    ];

    private static (int Width, int Height) Measure(byte[] bytes)
    {
        using var scratch = new ScratchFolder();
        File.WriteAllBytes(scratch["picture"], bytes);
        var header = PictureProbe.Read(scratch["picture"], PictureLimits.Default);
        return (header.Width, header.Height);
    }

    private static async Task<(int Width, int Height)> SizeAsync(string link)
    {
        using var http = new HttpClient();
        return Measure(await http.GetByteArrayAsync(link));
    }

    [GeneratedRegex(@"!\[image\]\((http[^\s)]+)\)")]
    private static partial Regex Link();

    private Task<HttpResponseMessage> PostAsync(object body) => _gateway.Client.PostAsJsonAsync("/v1/chat/completions", body);

    private async Task<JsonElement> OkAsync(object request)
    {
        using var answer = await PostAsync(request);
        var body = await answer.JsonAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body.ToString());
        return body;
    }
}
