using System.Net;
using System.Text;
using System.Text.Json;
using Pictor.Imaging;
using Pictor.Tests.Imaging;

namespace Pictor.Tests.Api.Images;

public sealed class ImageStreamTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private readonly TestGateway _gateway = running.Gateway;

    [Fact]
    public async Task Shows_the_picture_coarse_at_first_and_then_completed()
    {
        var stream = await StreamAsync(new { model = "gpt-image-1", prompt = "a red circle", stream = true, partial_images = 3 });
        stream.Raw.Split('\n').Where(line => line.StartsWith("event: ")).ShouldBe(
            ["event: image_generation.partial_image", "event: image_generation.partial_image", "event: image_generation.partial_image", "event: image_generation.completed"]);
        stream.Events.Select(data => data.Text("type")).Distinct().ShouldBe(["image_generation.partial_image", "image_generation.completed"]);
        stream.Events.Take(3).Select(data => data.GetProperty("partial_image_index").GetInt32()).ShouldBe([0, 1, 2]);
        var sizes = stream.Events.Select(data => Measure(data.Text("b64_json"))).ToList();
        sizes.ShouldAllBe(size => size == "1024x1024");
        stream.Events.Select(data => data.Text("b64_json")).Distinct().Count().ShouldBe(4);
        foreach (var data in stream.Events)
        {
            data.Text("size").ShouldBe("1024x1024");
            data.Text("output_format").ShouldBe("png");
            data.Text("quality").ShouldBe("auto");
            data.Text("background").ShouldBe("auto");
            data.GetProperty("created_at").ValueKind.ShouldBe(JsonValueKind.Number);
        }

        var usage = stream.Events[^1].GetProperty("usage");
        usage.GetProperty("input_tokens_details").GetProperty("text_tokens").GetInt64().ShouldBeGreaterThan(0);
        usage.GetProperty("total_tokens").GetInt64().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Gives_one_completed_event_a_picture_whose_usage_adds_up()
    {
        var stream = await StreamAsync(new { model = "flux-kontext-pro", prompt = "x", n = 3, stream = true });
        stream.Events.Count.ShouldBe(3);
        stream.Events.ShouldAllBe(data => data.GetProperty("type").GetString() == "image_generation.completed");
        stream.Events.Sum(data => data.GetProperty("usage").GetProperty("cost").GetDecimal()).ShouldBe(0.105m);
        stream.Raw.ShouldNotContain("\":null");
        stream.Raw.ShouldNotContain("[DONE]");
    }

    [Fact]
    public async Task Edits_have_events_of_their_own()
    {
        using var answer = await _gateway.Client.PostAsync("/v1/images/edits", new RawForm()
            .Text("model", "gpt-image-1").Text("prompt", "blur it").Text("stream", "true").Text("partial_images", "1").File("image", Samples.Quarters(PictureFormat.Png)).Build());
        var stream = await Sse.ReadAsync(answer);
        stream.Events.Select(data => data.Text("type")).ShouldBe(["image_edit.partial_image", "image_edit.completed"]);
    }

    [Fact]
    public async Task A_failure_is_an_event_with_an_error()
    {
        var stream = await StreamAsync(new { model = "sandbox", prompt = "x [sandbox: delay=10ms, fail=moderated]", stream = true, partial_images = 2 });
        stream.Events.Count.ShouldBe(1);
        stream.Events[0].Error().Text("code").ShouldBe("content_policy_violation");
    }

    [Theory]
    [InlineData("4")]
    [InlineData("-1")]
    [InlineData("\"x\"")]
    public async Task Partial_images_are_0_to_3(string value)
    {
        using var answer = await _gateway.Client.PostAsync("/v1/images/generations", new StringContent($$"""{"prompt":"x","stream":true,"partial_images":{{value}}}""", Encoding.UTF8, "application/json"));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.JsonAsync()).Error().Text("message").ShouldBe("partial_images must be between 0 and 3");
    }

    [Fact]
    public async Task A_caller_that_hangs_up_between_two_partials_finds_its_picture()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/images/generations") { Content = JsonContent.Create(new { model = "sandbox", size = "64x64", prompt = "x [sandbox: delay=600ms]", stream = true, partial_images = 3 }) };
        string id;
        using (var answer = await _gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        {
            id = answer.Headers.GetValues("x-pictor-job").Single();
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
            while (await reader.ReadLineAsync() != "event: image_generation.partial_image")
            {
            }
        }

        (await (await _gateway.Client.GetAsync($"/v1/images/generations/{id}?wait=60")).JsonAsync()).Text("status").ShouldBe("succeeded");
    }

    [Fact]
    public async Task Any_job_can_be_followed()
    {
        using var made = await _gateway.GenerateAsync(new { model = "sandbox", size = "64x64", prompt = "x [sandbox: delay=500ms, progress]", @async = true });
        var id = (await made.JsonAsync()).Text("id");
        using var answer = await _gateway.Client.GetAsync($"/v1/images/generations/{id}/events");
        var stream = await Sse.ReadAsync(answer);
        var names = stream.Raw.Split('\n').Where(line => line.StartsWith("event: ")).Select(line => line["event: ".Length..]).ToList();
        names[0].ShouldBe("state");
        names.ShouldContain("progress");
        names[^1].ShouldBe("result");
        stream.Events[^2].Text("status").ShouldBe("succeeded");
        stream.Events[^1].Text("id").ShouldBe(id);
        stream.Events[^1].GetProperty("data")[0].Text("url").ShouldStartWith("http");

        using var after = await _gateway.Client.GetAsync($"/v1/images/generations/{id}/events");
        (await Sse.ReadAsync(after)).Events.Count.ShouldBe(2);
        using var client = await _gateway.NewKeyAsync();
        using var other = await client.GetAsync($"/v1/images/generations/{id}/events");
        other.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static string Measure(string base64)
    {
        using var scratch = new ScratchFolder();
        File.WriteAllBytes(scratch["picture"], Convert.FromBase64String(base64));
        var header = PictureProbe.Read(scratch["picture"], PictureLimits.Default);
        return $"{header.Width}x{header.Height}";
    }

    private async Task<Sse> StreamAsync(object request)
    {
        using var answer = await _gateway.GenerateAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await Sse.ReadAsync(answer);
    }
}
