using System.Text.Json;
using Pictor.Imaging;

namespace Pictor.EndToEnd;

/// <summary>OpenAI's SDK for Node and the Vercel AI SDK, each with nothing but base URL and key changed.</summary>
public sealed class NodeClientsTests(SharedGateway shared, NodePackages packages) : IClassFixture<NodePackages>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task OpenAI_for_Node_does_all_that_it_can()
    {
        var seen = await RunAsync("openai.mjs");

        (await FetchAsync(seen["generation"].Text("url"))).Format.ShouldBe(PictureFormat.Jpeg);
        Size(seen["edit"].Text("b64")).ShouldBe((1536, 1024));
        seen["edit"].GetProperty("usage").GetProperty("input_tokens_details").GetProperty("image_tokens").GetInt64().ShouldBeGreaterThan(0);
        Streamed(seen["partials"], "image_generation", partials: 2);
        Streamed(seen["edit partials"], "image_edit", partials: 1);

        var wide = await FetchAsync(Link(seen["chat stream"].Text("text")));
        (wide.Width / (double)wide.Height).ShouldBe(16 / 9.0, 0.05);
        seen["chat stream"].Text("finish").ShouldBe("stop");
        seen["chat stream"].GetProperty("usages").GetInt32().ShouldBe(1);
        await FetchAsync(Link(seen["chat helper"].Text("text")));
        await FetchAsync(Link(seen["chat with data uris"].Text("text")));
        seen["chat with data uris"].GetProperty("images").EnumerateArray().Single().GetString().ShouldStartWith("data:image/jpeg;base64,");

        // Kind, status, code, and how many requests there were when one retry was allowed.
        Failed(seen["bad value"]).ShouldBe(("BadRequestError", 400, null, 1));
        seen["bad value"].Text("param").ShouldBe("size");
        Failed(seen["unknown model"]).ShouldBe(("NotFoundError", 404, "model_not_found", 1));
        Failed(seen["moderated"]).ShouldBe(("BadRequestError", 400, "content_policy_violation", 1));
        Failed(seen["unknown outcome"]).ShouldBe(("InternalServerError", 502, "upstream_outcome_unknown", 1));
        Failed(seen["rate limited"]).ShouldBe(("RateLimitError", 429, "upstream_rate_limited", 2));
        seen["moderated"].Text("requestId").ShouldStartWith("req_");
        seen["error in a chat stream"].Text("code").ShouldBe("content_policy_violation");
        seen["error in an image stream"].Text("code").ShouldBe("content_policy_violation");

        seen["abort"].Text("kind").ShouldBe("APIUserAbortError");
        seen["abort"].Text("job").ShouldBe("succeeded");
        seen["abort of a stream"].Text("job").ShouldBe("succeeded");

        // Either the gateway was first to say that it takes longer, or a retry joined: never a second job.
        seen["timeout"].Text("outcome").ShouldBeOneOf("still_running", "answered", "APIConnectionTimeoutError");
        seen["timeout"].GetProperty("jobs").GetInt32().ShouldBe(1);
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("compatible")]
    public async Task Vercels_AI_SDK_does_all_that_it_can(string provider)
    {
        var seen = await RunAsync("ai-sdk.mjs", provider);

        Pictures(seen["gpt-image"]).Select(Size).ShouldBe([(1536, 1024), (1536, 1024)]);
        Pictures(seen["flux"]).Select(Size).ShouldBe([(1024, 1024)]);
        Pictures(seen["edit"]).Count.ShouldBe(1);
        var wide = await FetchAsync(Link(seen["chat stream"].Text("text")));
        (wide.Width / (double)wide.Height).ShouldBe(16 / 9.0, 0.05);
        seen["chat stream"].Text("finish").ShouldBe("stop");
        await FetchAsync(Link(seen["chat with data uris"].Text("text")));
        var next = await FetchAsync(Link(seen["follow-up"].Text("text")));

        // The follow-up edits the picture that the assistant made, and has its shape.
        (next.Width / (double)next.Height).ShouldBe(16 / 9.0, 0.05);
        seen["moderated"].GetProperty("status").GetInt32().ShouldBe(400);
        seen["unknown outcome"].GetProperty("status").GetInt32().ShouldBe(502);
        seen["bad value"].Text("message").ShouldBe("size must be 'auto' or WIDTHxHEIGHT like '1024x1024'");
        seen["bad value"].GetProperty("requests").GetInt32().ShouldBe(1);
        seen["error in a chat stream"].Text("message").ShouldContain("refused the prompt");
        seen["abort"].Text("kind").ShouldBe("AbortError");
        seen["abort"].Text("job").ShouldBe("succeeded");
    }

    private static void Streamed(JsonElement seen, string family, int partials)
    {
        var events = seen.GetProperty("events").EnumerateArray().ToList();
        events.Select(item => item.Text("type")).ShouldBe([.. Enumerable.Repeat($"{family}.partial_image", partials), $"{family}.completed"]);
        events.Take(partials).Select(item => item.GetProperty("index").GetInt32()).ShouldBe(Enumerable.Range(0, partials));
        events.Select(item => Size(item.Text("b64"))).Distinct().Count().ShouldBe(1);
        events[^1].GetProperty("usage").GetProperty("total_tokens").GetInt64().ShouldBeGreaterThan(0);
    }

    private static (string Kind, int Status, string? Code, int Requests) Failed(JsonElement seen) =>
        (seen.Text("kind"), seen.GetProperty("status").GetInt32(), seen.GetProperty("code").GetString(), seen.GetProperty("requests").GetInt32());

    private static IReadOnlyList<string> Pictures(JsonElement seen) => [.. seen.GetProperty("pictures").EnumerateArray().Select(picture => picture.GetString()!)];

    private static (int Width, int Height) Size(string base64)
    {
        var header = Pixels.Decode(Convert.FromBase64String(base64));
        return (header.Width, header.Height);
    }

    private static string Link(string markdown)
    {
        markdown.ShouldMatch(@"^!\[image\]\(http[^)]+\)$");
        return markdown.Split('(', ')')[1];
    }

    private static async Task<PictureHeader> FetchAsync(string link)
    {
        using var stranger = new HttpClient();
        return Pixels.Decode(await stranger.GetByteArrayAsync(link));
    }

    // With a key of its own: what it lists are its own jobs.
    private async Task<IReadOnlyDictionary<string, JsonElement>> RunAsync(string program, params string[] arguments)
    {
        using var made = await shared.Gateway.Client.PostAsJsonAsync("/admin/keys", new { name = program });
        await File.WriteAllBytesAsync(_folder.PathOf("1.png"), Pixels.Solid(300, 200, PictureFormat.Png));
        await File.WriteAllBytesAsync(_folder.PathOf("2.png"), Pixels.Solid(200, 300, PictureFormat.Png));
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["OPENAI_BASE_URL"] = shared.Gateway.BaseUrl.ToString(),
            ["OPENAI_API_KEY"] = (await made.JsonAsync()).Text("key"),
            ["PICTURE_1"] = _folder.PathOf("1.png"),
            ["PICTURE_2"] = _folder.PathOf("2.png"),
            ["AI_SDK_LOG_WARNINGS"] = "false",
        };
        var lines = (await Shell.RunAsync(_folder.Root, environment, "node", [Path.Combine(packages.Clients, program), .. arguments])).Lines();
        return lines.Select(line => JsonDocument.Parse(line).RootElement).ToDictionary(seen => seen.Text("name"), StringComparer.Ordinal);
    }
}
