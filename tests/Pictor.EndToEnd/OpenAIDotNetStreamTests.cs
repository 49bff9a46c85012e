using System.ClientModel;
using System.Net.ServerSentEvents;
using System.Text.Json;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Images;
using Pictor.Imaging;

namespace Pictor.EndToEnd;

/// <summary>The official OpenAI SDK for .NET: edits, streams, chats, errors and callers that give up.</summary>
public sealed class OpenAIDotNetStreamTests(SharedGateway shared)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly byte[][] Pictures = [Pixels.Solid(300, 200, PictureFormat.Png), Pixels.Solid(200, 300, PictureFormat.Png)];

    [Fact]
    public async Task Edits_a_picture_and_several()
    {
        GeneratedImage one = await Images("gpt-image-1").GenerateImageEditAsync(new MemoryStream(Pictures[0]), "picture.png", "Make it blue");
        Pixels.Decode(one.ImageBytes.ToArray()).Format.ShouldBe(PictureFormat.Png);

        var (content, type) = await FormAsync(("size", "1536x1024"));
        using (content)
        {
            ClientResult result = await Images("gpt-image-1").GenerateImageEditsAsync(content, type);
            using var body = JsonDocument.Parse(result.GetRawResponse().Content);
            var header = Pixels.Decode(body.RootElement.GetProperty("data")[0].GetProperty("b64_json").GetBytesFromBase64());
            (header.Width, header.Height).ShouldBe((1536, 1024));
            body.RootElement.GetProperty("usage").GetProperty("input_tokens_details").GetProperty("image_tokens").GetInt64().ShouldBeGreaterThan(0);
        }
    }

    [Fact]
    public async Task Streams_unfinished_pictures_and_finished_ones()
    {
        using var content = BinaryContent.Create(BinaryData.FromString("""{"model":"gpt-image-1","prompt":"A red circle","stream":true,"partial_images":2}"""));
        var generated = await ReadAsync(await Images("gpt-image-1").GenerateImagesStreamingAsync(content));
        generated.ShouldBe(["image_generation.partial_image", "image_generation.partial_image", "image_generation.completed"]);

        var (form, type) = await FormAsync(("stream", "true"), ("partial_images", "1"));
        using (form)
        {
            var edited = await ReadAsync(await Images("gpt-image-1").GenerateImageEditsStreamingAsync(form, type));
            edited.ShouldBe(["image_edit.partial_image", "image_edit.completed"]);
        }
    }

    [Fact]
    public async Task Streams_a_chat_with_a_link_in_its_text()
    {
        var text = "";
        var finished = new List<ChatFinishReason?>();
        ChatTokenUsage? usage = null;
        await foreach (var update in Chat("flux-kontext-pro").CompleteChatStreamingAsync("A lighthouse 【16:9】"))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            finished.Add(update.FinishReason);
            usage = update.Usage ?? usage;
        }

        var header = await FetchAsync(text);
        (header.Width / (double)header.Height).ShouldBe(16 / 9.0, 0.05);
        finished.ShouldContain(ChatFinishReason.Stop);
        usage.ShouldNotBeNull();
    }

    [Fact]
    public async Task Chats_with_pictures_as_data_uris_and_goes_on()
    {
        var message = new UserChatMessage([ChatMessageContentPart.CreateTextPart("Put both on one wall"), .. Pictures.Select(bytes => ChatMessageContentPart.CreateImagePart(BinaryData.FromBytes(bytes), "image/png"))]);
        ChatCompletion shown = await Chat("flux-kontext-pro").CompleteChatAsync(message);
        var first = await FetchAsync(shown.Content[0].Text);

        ChatCompletion next = await Chat("flux-kontext-pro").CompleteChatAsync(message, new AssistantChatMessage(shown), new UserChatMessage("Make it night"));
        var second = await FetchAsync(next.Content[0].Text);
        (second.Width, second.Height).ShouldBe((first.Width, first.Height));
    }

    [Fact]
    public async Task Shows_errors_also_in_the_middle_of_a_stream()
    {
        var refused = await Should.ThrowAsync<ClientResultException>(async () => await Chat("no-such-model").CompleteChatAsync("x"));
        refused.Status.ShouldBe(404);
        refused.Message.ShouldContain("model_not_found");

        var moderated = await Should.ThrowAsync<ClientResultException>(() => Images("dall-e-3").GenerateImageAsync("x [sandbox: fail=moderated]"));
        moderated.Status.ShouldBe(400);
        moderated.Message.ShouldContain("content_policy_violation");

        // This SDK has no notion of an error inside of a chat stream: it must not take it for an answer.
        var text = "";
        try
        {
            await foreach (var update in Chat("sandbox").CompleteChatStreamingAsync("x [sandbox: delay=0.3s, fail=moderated]"))
            {
                text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            }
        }
        catch (Exception fault) when (fault is ClientResultException or JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // It may also throw: that is as good.
        }

        text.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_caller_that_gives_up_finds_its_picture()
    {
        using var made = await shared.Gateway.Client.PostAsJsonAsync("/admin/keys", new { name = "impatient" });
        var key = (await made.JsonAsync()).Text("key");
        using var client = shared.Gateway.ClientWith(key);

        using (var leaving = new CancellationTokenSource())
        {
            var call = Images("sandbox", key).GenerateImageAsync("first [sandbox: delay=5s]", null, leaving.Token);
            await Poll.UntilAsync(async () => (await JobsAsync(client)).Count == 1, Patience, "the job to be in the list");
            await leaving.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => call);
        }

        await EndedAsync(client, 1);
        await foreach (var _ in Chat("sandbox", key).CompleteChatStreamingAsync("second [sandbox: delay=1s]"))
        {
            // Hangs up at the first chunk.
            break;
        }

        await EndedAsync(client, 2);
    }

    private static Task EndedAsync(HttpClient client, int jobs) => Poll.UntilAsync(
        async () =>
        {
            var listed = await JobsAsync(client);
            return listed.Count == jobs && listed.TrueForAll(job => job.Text("status") == "succeeded");
        },
        Patience,
        "the jobs to end");

    private static async Task<List<JsonElement>> JobsAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("/v1/images/generations");
        return [.. (await answer.JsonAsync()).GetProperty("data").EnumerateArray()];
    }

    private static async Task<List<string>> ReadAsync(IAsyncEnumerable<SseItem<BinaryData>> stream)
    {
        var types = new List<string>();
        await foreach (var item in stream)
        {
            using var data = JsonDocument.Parse(item.Data);
            data.RootElement.GetProperty("type").GetString().ShouldBe(item.EventType);
            Pixels.Decode(data.RootElement.GetProperty("b64_json").GetBytesFromBase64()).Width.ShouldBeGreaterThan(0);
            types.Add(item.EventType);
        }

        return types;
    }

    private static async Task<(BinaryContent Content, string Type)> FormAsync(params (string Name, string Value)[] fields)
    {
        using var form = new MultipartFormDataContent { { new StringContent("gpt-image-1"), "model" }, { new StringContent("Put both on one wall"), "prompt" } };
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        foreach (var bytes in Pictures)
        {
            form.Add(new ByteArrayContent(bytes), "image[]", "picture.png");
        }

        return (BinaryContent.Create(BinaryData.FromBytes(await form.ReadAsByteArrayAsync())), form.Headers.ContentType!.ToString());
    }

    private static async Task<PictureHeader> FetchAsync(string markdown)
    {
        markdown.ShouldMatch(@"^!\[image\]\(http[^)]+\)$");
        using var stranger = new HttpClient();
        return Pixels.Decode(await stranger.GetByteArrayAsync(markdown.Split('(', ')')[1]));
    }

    private ImageClient Images(string model, string key = GatewayProcess.AdminKey) => new(model, new ApiKeyCredential(key), Options());

    private ChatClient Chat(string model, string key = GatewayProcess.AdminKey) => new(model, new ApiKeyCredential(key), Options());

    private OpenAIClientOptions Options() => new() { Endpoint = shared.Gateway.BaseUrl };
}
