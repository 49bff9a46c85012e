using System.Net;
using System.Text;
using System.Text.Json;

namespace Pictor.Tests.Api;

/// <summary>What breaks real clients when an answer deviates, one fact a row of the matrix that was found by running them.</summary>
public sealed class ClientShapesTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private readonly TestGateway _gateway = running.Gateway;

    // AI SDK, .NET, MEAI, Dify, LibreChat want pixels from gpt-image; seeds, Comfly, tu-zi nodes want a link from Flux.
    [Theory]
    [InlineData("gpt-image-1", "", "b64_json", "url")]
    [InlineData("gpt-image-2", "", "b64_json", "url")]
    [InlineData("flux-kontext-pro", "", "url", "b64_json")]
    [InlineData("flux-kontext-max", "", "url", "b64_json")]
    [InlineData("dall-e-3", "", "url", "b64_json")]
    [InlineData("gpt-image-1", """ "response_format":"b64_json",""", "b64_json", "url")]
    [InlineData("gpt-image-1", """ "response_format":"url",""", "url", "b64_json")]
    [InlineData("flux-kontext-pro", """ "response_format":"b64_json",""", "b64_json", "url")]
    [InlineData("dall-e-3", """ "response_format":"b64_json","style":"vivid","quality":"hd",""", "b64_json", "url")]
    [InlineData("flux-kontext-pro", """ "response_format":"b64_json","style":"vivid","quality":"standard","size":"1024x1024",""", "b64_json", "url")]
    public async Task An_entry_has_the_form_of_its_family_or_the_one_that_was_asked_for_and_never_both(string model, string more, string present, string absent)
    {
        var (_, text) = await OkAsync($$"""{"model":"{{model}}",{{more}}"prompt":"x"}""");
        var body = JsonSerializer.Deserialize<JsonElement>(text);
        var entry = body.GetProperty("data")[0];
        entry.TryGetProperty(absent, out _).ShouldBeFalse();
        if (present == "b64_json")
        {
            Convert.FromBase64String(entry.Text("b64_json")).Length.ShouldBeGreaterThan(100);
        }
        else
        {
            var link = new Uri(entry.Text("url"));
            link.Scheme.ShouldBe("http");
            link.Authority.ShouldBe(_gateway.Address.Authority);
            link.AbsolutePath.ShouldMatch(@"\.(jpg|png|webp)$");
            using var picture = await new HttpClient().GetAsync(link);
            picture.Content.Headers.ContentType!.MediaType!.ShouldStartWith("image/");
        }

        body.GetProperty("created").TryGetInt64(out _).ShouldBeTrue();
        text.ShouldNotContain("\":null");
        body.TryGetProperty("usage", out var usage).ShouldBe(model.StartsWith("gpt-image"));
        if (model.StartsWith("gpt-image"))
        {
            usage.GetProperty("input_tokens_details").GetProperty("image_tokens").GetInt64().ShouldBe(0);
        }
    }

    // LobeChat, OpenRouter's provider, Dify gpustack, LangChain.
    [Theory]
    [InlineData(""" "aspectRatio":"16:9","width":1024,"cfg":2.5,"steps":20""")]
    [InlineData(""" "cfg_scale":7,"sampler":"euler","seed":null,"negative_prompt":"" """)]
    [InlineData(""" "complexity":"high","frame_count":1,"safety_identifier":"u","markup":{} """)]
    [InlineData(""" "guidance_scale":3.5,"num_inference_steps":28,"n":"1" """)]
    [InlineData(""" "provider":{"order":["a"]},"extra_body":{"aspect_ratio":"16:9","seed":"7"} """)]
    public async Task Fields_that_mean_nothing_here_are_no_fault(string more) =>
        await OkAsync($$"""{"model":"flux-kontext-pro","prompt":"x",{{more}}}""");

    // openai-python, .NET and the AI SDK read all four; a plain string loses the message.
    [Theory]
    [InlineData("/v1/images/generations", """{"prompt":"x","seed":-1}""", "seed")]
    [InlineData("/v1/chat/completions", """{"messages":[]}""", "messages")]
    [InlineData("/v1/images/edits", """{"prompt":"x"}""", "image")]
    public async Task An_error_is_an_object_with_four_members(string door, string body, string param)
    {
        using var answer = await _gateway.Client.PostAsync(door, Json(body));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var error = (await answer.JsonAsync()).Error();
        error.EnumerateObject().Select(member => member.Name).ShouldBe(["message", "type", "param", "code"]);
        error.Text("type").ShouldBe("invalid_request_error");
        error.Text("param").ShouldBe(param);
    }

    [Fact]
    public async Task Headers_that_sdks_read_are_there()
    {
        var (headers, _) = await OkAsync("""{"model":"sandbox","size":"64x64","prompt":"x"}""");
        headers.GetValues("x-request-id").Single().ShouldStartWith("req_");
        int.Parse(headers.GetValues("openai-processing-ms").Single()).ShouldBeGreaterThanOrEqualTo(0);
        using var limited = await _gateway.GenerateAsync(new { model = "dall-e-3", prompt = "x [sandbox: fail=rate_limited]" });
        limited.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        limited.Headers.GetValues("Retry-After").Single().ShouldBe("2");
        limited.Headers.GetValues("retry-after-ms").Single().ShouldBe("2000");
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private async Task<(System.Net.Http.Headers.HttpResponseHeaders Headers, string Body)> OkAsync(string request)
    {
        var answer = await _gateway.Client.PostAsync("/v1/images/generations", Json(request));
        var body = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        return (answer.Headers, body);
    }
}
