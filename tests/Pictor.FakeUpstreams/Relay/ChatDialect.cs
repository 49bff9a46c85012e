using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pictor.FakeUpstreams.OpenAI;
using Pictor.Imaging;

namespace Pictor.FakeUpstreams.Relay;

/// <summary>A relay that makes pictures only in streamed chat completions, in the middle of its chatter.</summary>
/// <remarks>
/// Words: <c>chat=markdown</c> (unless said), <c>data-uri</c>, <c>split-data-uri</c>, <c>split-character</c>, <c>html</c>, <c>bare</c>, <c>prose</c>, <c>silent</c>, <c>images</c> (the OpenRouter way), <c>error</c>;
/// <c>done=none</c> leaves out the end of the stream.
/// </remarks>
internal sealed class ChatDialect : IDialect
{
    private const int Piece = 700;

    public string Name => "chat";

    public void Map(IEndpointRouteBuilder routes, FakeExchange exchange) =>
        routes.MapPost("/chat/v1/chat/completions", exchange.Endpoint(this, Stages.Submit, Answer));

    public FakeAnswer Error(int status, string message, string? code) => new RelayDialect().Error(status, message, code);

    private FakeAnswer Answer(FakeCall call)
    {
        var (text, links) = Prompt(call.Json);
        call.UsePrompt(text);
        if (call.IsForeign || call.Credential != $"Authorization: Bearer {call.Fake.Options.Credential}")
        {
            return Error(401, "invalid token", "invalid_api_key").Refused(call.IsForeign ? "credential on the wrong host" : "wrong credential");
        }

        if (call.Json?["stream"]?.GetValueKind() != JsonValueKind.True)
        {
            return Error(400, "this model only supports stream:true", "invalid_request").Refused("stream");
        }

        if (text.Length == 0)
        {
            return Error(400, "messages are empty", "invalid_request").Refused("messages");
        }

        if (call.Directives["moderation"] == "input")
        {
            return OpenAIErrors.Moderated(isGptImage: false, "input");
        }

        var chat = call.Directives["moderation"] is not null ? "moderated" : call.Directives["chat"] ?? "markdown";
        var events = new List<ReadOnlyMemory<byte>> { Utf8(": PROCESSING\n\n"), Chunk(new JsonObject { ["role"] = "assistant", ["content"] = "" }) };
        events.AddRange(Chatter(text, links));
        for (var position = 0; position < call.Directives.Number("pictures", 1); position++)
        {
            events.AddRange(Shown(call, chat, new FakePicture(1024, 1024, PictureFormat.Png, position + 1)));
        }

        events.Add(Chunk([], "stop"));
        if (call.Directives["done"] != "none")
        {
            events.Add(Utf8("data: [DONE]\n\n"));
        }

        return new FakeAnswer { Status = 200, ContentType = "text/event-stream", IsStream = true, Body = events, Pictures = call.Directives.Number("pictures", 1) }.WithHeader("x-oneapi-request-id", "202611201200000000000");
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Chatter(string text, IReadOnlyList<string> links)
    {
        var echo = new JsonObject { ["model"] = "fal-ai/flux-pro/kontext", ["prompt"] = string.Join(' ', links.Append(text)), ["n"] = 1, ["controls"] = new JsonObject() };
        yield return Content($"```json\n{echo.ToJsonString()}\n```\n\n");
        yield return Content("> ID: `task-0193`\n");
        yield return Content("> 排队中.");
        yield return Utf8("data: {\"id\":\"other\",\"object\":\"chat.completion.chunk\",\"choices\":[]}\n\n");
        yield return Content("..\n> 生成中.....\n> 进度 48..[100](https://example.test/progress)\n");
        yield return Utf8($"data:{new JsonObject { ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = new JsonObject { ["reasoning_content"] = "thinking about https://example.test/not-this.png" } }) }.ToJsonString()}\n\n");
        yield return Content("> 生成完成 ✅\n\n");
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Shown(FakeCall call, string chat, FakePicture picture)
    {
        var link = call.Fake.LinkTo(picture, call.Directives);
        var uri = $"data:{picture.MediaType};base64,{Encoding.ASCII.GetString(call.Fake.Pictures.Base64(picture))}";
        return chat switch
        {
            "data-uri" => [Content($"![image]({uri})\n")],
            "split-data-uri" => $"![image]({uri})\n\nDone.".Chunk(Piece).Select(piece => Content(new string(piece))),
            "split-character" => [Halved("hi \\ud83d"), Halved($"\\ude00 ![image]({uri})\\n")],
            "html" => [Content($"<img src=\"{link}\" alt=\"x\">")],
            "bare" => [Content($"Here it is: {link}\n")],
            "prose" => [Content("generation failed, reason: the upstream is busy. Points were not deducted.")],
            "moderated" => [Content("生成失败,原因:内容违规 (content policy violation). Points were not deducted.")],
            "silent" => [],
            "images" => [Chunk(new JsonObject { ["images"] = new JsonArray(new JsonObject { ["type"] = "image_url", ["image_url"] = new JsonObject { ["url"] = uri } }) })],
            "error" => [Utf8($"data: {OpenAIErrors.Body("upstream load saturated", "bad_response_status_code", null, "upstream_error").ToJsonString()}\n\n")],
            _ => [.. $"![gen]({link})\n\n[点击下载]({link})\n".Chunk(20).Select(piece => Content(new string(piece)))],
        };
    }

    private static (string Text, IReadOnlyList<string> Links) Prompt(JsonObject? body)
    {
        var content = (body?["messages"] as JsonArray)?.LastOrDefault()?["content"];
        if (content is not JsonArray parts)
        {
            return (content?.ToString() ?? "", []);
        }

        return (
            string.Concat(parts.Select(part => part?["text"]?.ToString())),
            [.. parts.Select(part => part?["image_url"]?["url"]?.ToString()).OfType<string>().Where(link => link.StartsWith("http", StringComparison.Ordinal))]);
    }

    // A piece that was cut in the middle of a character, which no JSON writer of ours would write.
    private static ReadOnlyMemory<byte> Halved(string escaped) => Utf8($"data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{escaped}\"}}}}]}}\n\n");

    private static ReadOnlyMemory<byte> Content(string text) => Chunk(new JsonObject { ["content"] = text });

    private static ReadOnlyMemory<byte> Chunk(JsonObject delta, string? finish = null) => Utf8("data: " + new JsonObject
    {
        ["id"] = "chatcmpl-fake",
        ["object"] = "chat.completion.chunk",
        ["created"] = 1713833628,
        ["model"] = "flux-kontext",
        ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = finish }),
    }.ToJsonString() + "\n\n");

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
