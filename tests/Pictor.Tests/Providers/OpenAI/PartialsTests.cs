using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Pictor.FakeUpstreams;
using Pictor.Imaging;

namespace Pictor.Tests.Providers.OpenAI;

/// <summary>Unfinished pictures from the vendor to the caller, through the whole gateway.</summary>
public sealed class PartialsTests : IAsyncLifetime
{
    private FakeUpstream _fake = null!;
    private TestGateway _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _fake = await FakeUpstream.StartAsync();
        _gateway = await TestGateway.StartAsync(settings:
        [
            .. Channel("main", "openai", "/openai/v1", "gpt-image-1"), .. Channel("other", "bfl", "/bfl", "flux-kontext-pro"), "Pictor:Upstream:Allow:tests=127.0.0.0/8:*",
        ]);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _fake.DisposeAsync();
    }

    [Theory]
    [InlineData("generations", "image_generation")]
    [InlineData("edits", "image_edit")]
    public async Task Each_is_passed_on_as_it_comes(string door, string family)
    {
        const string Prompt = "a lighthouse [fake: stream=held]";
        using HttpContent body = door == "edits"
            ? Form(Prompt)
            : JsonContent.Create(new { model = "gpt-image-1", prompt = Prompt, stream = true, partial_images = 2 });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/images/" + door) { Content = body };
        using var answer = await _gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());

        // The first is here while the vendor has sent nothing else.
        var first = await EventAsync(reader);
        first.Text("type").ShouldBe($"{family}.partial_image");
        first.GetProperty("partial_image_index").GetInt32().ShouldBe(0);
        Pixels(first).ShouldBe((512, 512));
        first.Text("size").ShouldBe("512x512");
        using (var job = await _gateway.Client.GetAsync("/v1/images/generations/" + answer.Headers.GetValues("x-pictor-job").Single()))
        {
            (await job.JsonAsync()).Text("status").ShouldBe("running");
        }

        _fake.Release();
        var second = await EventAsync(reader);
        second.GetProperty("partial_image_index").GetInt32().ShouldBe(1);
        var last = await EventAsync(reader);
        last.Text("type").ShouldBe($"{family}.completed");
        Pixels(last).ShouldBe((1024, 1024));
        last.GetProperty("usage").GetProperty("output_tokens").GetInt64().ShouldBe(1056);
        (await reader.ReadToEndAsync()).Trim().ShouldBeEmpty();
        var paid = _fake.Record.Paid.ShouldHaveSingleItem().Parameters!;
        paid["stream"]!.ToString().ShouldBe("true");
        paid["partial_images"]!.ToString().ShouldBe("2");
    }

    [Fact]
    public async Task A_caller_that_hangs_up_after_the_first_still_gets_what_was_paid_for()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/images/generations")
        {
            Content = JsonContent.Create(new { model = "gpt-image-1", prompt = "a lighthouse [fake: stream=held]", stream = true, partial_images = 2 }),
        };
        string job;
        using (var answer = await _gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        {
            job = answer.Headers.GetValues("x-pictor-job").Single();
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
            (await EventAsync(reader)).GetProperty("partial_image_index").GetInt32().ShouldBe(0);
        }

        _fake.Release();
        using var found = await _gateway.Client.GetAsync($"/v1/images/generations/{job}?wait=60");
        (await found.JsonAsync()).Text("status").ShouldBe("succeeded");
        _fake.Record.Paid.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_vendor_without_them_gives_one_completed_event_a_picture()
    {
        using var answer = await _gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "a lighthouse", stream = true, partial_images = 3, n = 2 });

        (await answer.Content.ReadAsStringAsync()).Split('\n').Where(line => line.StartsWith("event: ", StringComparison.Ordinal))
            .ShouldBe(["event: image_generation.completed", "event: image_generation.completed"]);
    }

    [Fact]
    public async Task A_vendor_that_breaks_off_is_an_error_event_behind_the_unfinished_picture()
    {
        using var answer = await _gateway.GenerateAsync(new { model = "gpt-image-1", prompt = "a lighthouse [fake: stream=error]", stream = true, partial_images = 1 });

        (await answer.Content.ReadAsStringAsync()).Split('\n').Where(line => line.StartsWith("event: ", StringComparison.Ordinal))
            .ShouldBe(["event: image_generation.partial_image", "event: error"]);
        _fake.Record.Submits.Count.ShouldBe(1);
    }

    private static (int Width, int Height) Pixels(JsonElement data)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, data.GetProperty("b64_json").GetBytesFromBase64());
            var header = PictureProbe.Read(path, PictureLimits.Default);
            return (header.Width, header.Height);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<JsonElement> EventAsync(StreamReader reader)
    {
        while (true)
        {
            var line = await reader.ReadLineAsync(TestContext.Current.CancellationToken) ?? throw new ShouldAssertException("The stream ended.");
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                return JsonSerializer.Deserialize<JsonElement>(line["data: ".Length..]);
            }
        }
    }

    private MultipartFormDataContent Form(string prompt)
    {
        var picture = new ByteArrayContent(_fake.Pictures.Bytes(new FakePicture(300, 200, PictureFormat.Png, 7)));
        picture.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        return new MultipartFormDataContent
        {
            { new StringContent("gpt-image-1"), "model" },
            { new StringContent(prompt), "prompt" },
            { new StringContent("1024x1024"), "size" },
            { new StringContent("true"), "stream" },
            { new StringContent("2"), "partial_images" },
            { picture, "image", "picture.png" },
        };
    }

    private string[] Channel(string id, string provider, string path, string models) =>
    [
        $"Pictor:Channels:{id}:Provider={provider}",
        $"Pictor:Channels:{id}:BaseUrl={new Uri(_fake.Address, path)}",
        $"Pictor:Channels:{id}:Credential={FakeOptions.UsualCredential}",
        $"Pictor:Channels:{id}:Models={models}",
    ];
}
