using System.Text;
using System.Text.Json.Nodes;

namespace Pictor.FakeUpstreams.OpenAI;

/// <summary>Writes pictures as the Images API and its relays do, in all the shapes that were seen.</summary>
internal static class ImagesAnswers
{
    /// <summary>
    /// The shape is <c>b64</c>, <c>url</c>, <c>b64-data-uri</c>, <c>url-data-uri</c>, <c>b64-empty-url</c>, <c>url-empty-b64</c>, <c>half-character</c>, <c>both-empty</c>, <c>empty-data</c>, <c>null-data</c>,
    /// <c>no-data</c>, <c>garbage</c>, <c>error</c> or <c>code</c>, in a 200.
    /// </summary>
    public static FakeAnswer Of(ImagesOrder order, string shape)
    {
        var answer = new FakeAnswer { Status = 200, Pictures = order.Made, Body = [.. Pieces(order, shape)] }.WithHeader("x-request-id", "req_fake");
        return shape == "stream" ? Stream(order, "image_generation") : answer;
    }

    /// <summary>Server-sent events: the partial pictures that were asked for, then one completed event a picture.</summary>
    public static FakeAnswer Stream(ImagesOrder order, string family)
    {
        var events = new List<ReadOnlyMemory<byte>>();
        for (var position = 0; position < order.Made; position++)
        {
            for (var index = 0; index < order.Partials; index++)
            {
                var partial = order.Picture(position) with { Width = order.Size.Width / 2, Height = order.Size.Height / 2 };
                events.Add(Event($"{family}.partial_image", order.Fake.Pictures.Base64(partial), $"{Quality(order)},\"partial_image_index\":{index}"));
            }

            if (order.Directives["stream"] == "error")
            {
                events.Add(Encoding.UTF8.GetBytes($"event: error\ndata: {OpenAIErrors.Body("The server had an error while processing your request.", null, null, "server_error").ToJsonString()}\n\n"));
                break;
            }

            if (order.Directives["stream"] != "unfinished")
            {
                events.Add(Event($"{family}.completed", order.Fake.Pictures.Base64(order.Picture(position)), $"{Quality(order)},\"usage\":{Usage(1).ToJsonString()}"));
            }
        }

        return new FakeAnswer { Status = 200, ContentType = "text/event-stream", IsStream = true, Body = events, Pictures = order.Made, Gate = order.Directives["stream"] == "held" ? order.Fake.Released : null }
            .WithHeader("x-request-id", "req_fake");
    }

    private static byte[] Event(string type, byte[] base64, string rest) =>
        [.. Encoding.UTF8.GetBytes($"event: {type}\ndata: {{\"type\":\"{type}\",\"b64_json\":\""), .. base64, .. Encoding.UTF8.GetBytes($"\",\"created_at\":1713833628,\"size\":\"1024x1024\",\"background\":\"opaque\",\"output_format\":\"png\"{rest}}}\n\n")];

    // What was drawn, which need not be what was asked for.
    private static string Quality(ImagesOrder order) => order.Directives["quality"] switch
    {
        "none" => "",
        var quality => $",\"quality\":\"{quality ?? "high"}\"",
    };

    private static JsonObject Usage(int pictures) => new()
    {
        ["total_tokens"] = 50 + (pictures * 1056),
        ["input_tokens"] = 50,
        ["output_tokens"] = pictures * 1056,
        ["input_tokens_details"] = new JsonObject { ["text_tokens"] = 10, ["image_tokens"] = 40 },
    };

    private static IEnumerable<ReadOnlyMemory<byte>> Pieces(ImagesOrder order, string shape)
    {
        switch (shape)
        {
            case "error":
                yield return Utf8(OpenAIErrors.Body("upstream load saturated (request id: 20251120)", "bad_response_status_code", null, "upstream_error").ToJsonString());
                yield break;
            case "code":
                yield return Utf8("""{"code":"fail","message":"task failed, please try again","data":null}""");
                yield break;
            case "empty-data":
                yield return Utf8("""{"created":1713833628,"data":[]}""");
                yield break;
            case "null-data":
                yield return Utf8("""{"created":1713833628,"data":null}""");
                yield break;
            case "no-data":
                yield return Utf8("""{"created":1713833628}""");
                yield break;
        }

        yield return Utf8("{\"data\":[");
        for (var position = 0; position < order.Made; position++)
        {
            yield return Utf8(position == 0 ? "{" : ",{");
            foreach (var piece in Entry(order, order.Picture(position), shape))
            {
                yield return piece;
            }

            yield return Utf8("}");
        }

        var tail = order.IsGptImage
            ? $"],\"background\":\"opaque\",\"output_format\":\"png\",\"size\":\"1024x1024\"{Quality(order)},\"usage\":{Usage(order.Made).ToJsonString()},\"created\":1713833628}}"
            : "],\"created\":1713833628}";
        yield return Utf8(tail);
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Entry(ImagesOrder order, FakePicture picture, string shape)
    {
        var base64 = order.Fake.Pictures.Base64(picture);
        var link = order.Fake.LinkTo(picture, order.Directives);
        var revised = order.Model == "dall-e-3" ? ",\"revised_prompt\":\"A tall lighthouse at dusk\"" : "";
        return shape switch
        {
            "url" => [Utf8($"\"url\":\"{link}\"{revised}")],
            "url-empty-b64" => [Utf8($"\"url\":\"{link}\",\"b64_json\":\"\",\"revised_prompt\":\"\"")],
            "b64-empty-url" => [Utf8("\"url\":\"\",\"b64_json\":\""), base64, Utf8("\",\"revised_prompt\":\"\"")],
            "b64-data-uri" => [Utf8($"\"b64_json\":\"data:{picture.MediaType};base64,"), base64, Utf8("\"")],
            "url-data-uri" => [Utf8($"\"url\":\"data:{picture.MediaType};base64,"), base64, Utf8("\"")],
            "half-character" => [Utf8("\"b64_json\":\""), base64, Utf8("\",\"revised_prompt\":\"a \\ud83d\"")],
            "both-empty" => [Utf8("\"url\":\"\",\"b64_json\":\"\"")],
            "garbage" => [Utf8("\"b64_json\":\"%%% this is no base64 %%%\"")],
            _ => [Utf8("\"b64_json\":\""), base64, Utf8($"\"{revised}")],
        };
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
