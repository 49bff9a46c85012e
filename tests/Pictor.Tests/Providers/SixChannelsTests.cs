using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Pictor.FakeUpstreams;
using Pictor.Imaging;

namespace Pictor.Tests.Providers;

/// <summary>What callers send, through a channel of every dialect of one and the same gateway.</summary>
public sealed class SixChannelsTests(SixChannels six) : IClassFixture<SixChannels>
{
    private static readonly string[] Forms = ["ratio and seed", "picture in the prompt", "picture as base64", "size and quality", "base64 answer", "chat", "two pictures in a form"];

    public static TheoryData<string> Channels => [.. SixChannels.Ids];

    public static MatrixTheoryData<string, string> Requests => new(SixChannels.Ids, Forms);

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Serves_the_request(string channel, string form)
    {
        var job = Guid.NewGuid().ToString("N");
        var prompt = $"a lighthouse [fake: job={job}]";
        using var answer = await SendAsync(form, SixChannels.ModelOf(channel), prompt);

        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        answer.Headers.GetValues("x-pictor-channel").ShouldBe([channel]);
        using var body = JsonDocument.Parse(text);
        (await PicturesAsync(body.RootElement)).ShouldAllBe(header => header.Width > 0);
        six.PaidFor(job).Sum(call => call.Pictures).ShouldBe(form == "size and quality" ? 2 : 1);
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public async Task Gives_no_more_pictures_than_were_asked_for(string channel)
    {
        using var answer = await six.Gateway.GenerateAsync(new { model = SixChannels.ModelOf(channel), prompt = "a lighthouse [fake: pictures=3]" });

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.JsonAsync()).GetProperty("data").GetArrayLength().ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public async Task Delivers_and_tells_where_fewer_pictures_come(string channel)
    {
        using var answer = await six.Gateway.GenerateAsync(new { model = SixChannels.ModelOf(channel), prompt = "a lighthouse [fake: pictures=1]", n = 2 });

        var body = await answer.JsonAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body.ToString());
        var given = body.GetProperty("data").GetArrayLength();

        // Where a call makes one picture there are two calls, each with its one.
        given.ShouldBe(channel is "openai" or "fal" ? 1 : 2);
        body.GetProperty("warnings").EnumerateArray().Any(warning => warning.Text("param") == "n").ShouldBe(given == 1);
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public async Task Shows_no_vendor_what_is_between_the_caller_and_the_gateway(string channel)
    {
        const string secret = "canary-webhook-secret";
        const string cookie = "canary-cookie";
        var job = Guid.NewGuid().ToString("N");
        var prompt = $"a lighthouse [fake: job={job}]";
        var model = SixChannels.ModelOf(channel);
        var hook = new Uri(FakeUpstream.ClosedAddress(), "/canary-hook").AbsoluteUri;
        using var form = Form(model, prompt);
        form.Add(new StringContent(hook), "webhook_url");
        form.Add(new StringContent(secret), "webhook_secret");
        var chat = new { model, messages = new[] { new { role = "user", content = prompt } }, webhook_url = hook, webhook_secret = secret };
        using var client = await six.Gateway.NewKeyAsync(new { name = channel });
        var before = six.Fake.Record.Calls.Count;
        foreach (var (door, content) in new (string, HttpContent)[]
        {
            ("generations", JsonContent.Create(new { model, prompt, webhook_url = hook, webhook_secret = secret })),
            ("chat", JsonContent.Create(chat)),
            ("edits", form),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, door == "chat" ? "/v1/chat/completions" : $"/v1/images/{door}") { Content = content };
            request.Headers.Add("Idempotency-Key", $"canary-key-{door}");
            request.Headers.Add("Cookie", $"session={cookie}");
            using var answer = await client.SendAsync(request);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        }

        // Everything that came since then, uploads and looks as well; other tests of this class run before or after.
        var calls = six.Fake.Record.Calls.Skip(before).ToList();
        calls.Count(call => call.IsPaid && call.Job == job).ShouldBe(3);
        calls.ShouldAllBe(call => call.Headers.Any(header => header.Contains(FakeOptions.UsualCredential, StringComparison.Ordinal)));
        var seen = string.Join('\n', calls.Select(FakeRecord.Line));
        seen.ShouldContain(job);
        foreach (var hidden in (string[])["canary-", "webhook", client.DefaultRequestHeaders.Authorization!.Parameter!, TestGateway.AdminKey])
        {
            seen.ShouldNotContain(hidden, Case.Insensitive);
        }
    }

    private Task<HttpResponseMessage> SendAsync(string form, string model, string prompt)
    {
        var picture = Convert.ToBase64String(Bytes(7));
        return form switch
        {
            "ratio and seed" => six.Gateway.GenerateAsync(new { model, prompt, aspect_ratio = "16:9", seed = 42, safety_tolerance = 2, prompt_upsampling = false, output_format = "png", webhook_url = "null" }),
            "picture in the prompt" => six.Gateway.GenerateAsync(new { model, prompt = $"data:image/png;base64,{picture} {prompt}" }),
            "picture as base64" => six.Gateway.GenerateAsync(new { model, prompt, input_image = picture }),
            "size and quality" => six.Gateway.GenerateAsync(new { model, prompt, size = "1536x1024", quality = "high", response_format = "url", n = 2 }),
            "base64 answer" => six.Gateway.GenerateAsync(new { model, prompt, response_format = "b64_json" }),
            "chat" => six.Gateway.Client.PostAsJsonAsync("/v1/chat/completions", new { model, messages = new[] { new { role = "user", content = prompt } } }),
            _ => six.Gateway.Client.PostAsync("/v1/images/edits", Form(model, prompt)),
        };
    }

    private MultipartFormDataContent Form(string model, string prompt)
    {
        var form = new MultipartFormDataContent { { new StringContent(model), "model" }, { new StringContent(prompt), "prompt" } };
        foreach (var seed in (int[])[7, 8])
        {
            var part = new ByteArrayContent(Bytes(seed));
            part.Headers.ContentType = new MediaTypeHeaderValue("image/png");
            form.Add(part, "image[]", $"picture-{seed}.png");
        }

        return form;
    }

    private byte[] Bytes(int seed) => six.Fake.Pictures.Bytes(new FakePicture(300, 200, PictureFormat.Png, seed));

    private async Task<List<PictureHeader>> PicturesAsync(JsonElement body)
    {
        var headers = new List<PictureHeader>();
        if (body.TryGetProperty("choices", out var choices))
        {
            var link = choices[0].GetProperty("message").Text("content").Split('(', ')')[1];
            headers.Add(Probe(await six.Gateway.Client.GetByteArrayAsync(link)));
            return headers;
        }

        foreach (var entry in body.GetProperty("data").EnumerateArray())
        {
            headers.Add(Probe(entry.TryGetProperty("b64_json", out var base64) ? base64.GetBytesFromBase64() : await six.Gateway.Client.GetByteArrayAsync(entry.Text("url"))));
        }

        return headers;
    }

    private static PictureHeader Probe(byte[] bytes)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, bytes);
            return PictureProbe.Read(path, PictureLimits.Default);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
