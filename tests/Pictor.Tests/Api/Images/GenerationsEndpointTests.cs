using System.Net;
using System.Text;
using System.Text.Json;
using Pictor.Imaging;
using Pictor.Tests.Imaging;

namespace Pictor.Tests.Api.Images;

public sealed class GenerationsEndpointTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private readonly TestGateway _gateway = running.Gateway;

    [Fact]
    public async Task Answers_a_seed_request_with_a_link_to_a_measured_picture()
    {
        var body = await OkAsync(new { model = "flux-kontext-pro", prompt = "Sunset over mountains", aspect_ratio = "16:9", seed = 42 });
        body.GetProperty("created").GetInt64().ShouldBeGreaterThan(1_700_000_000);
        body.Text("cost").ShouldBe("0.035");
        body.Text("status").ShouldBe("succeeded");
        body.GetProperty("warnings").GetArrayLength().ShouldBe(0);
        var image = body.GetProperty("data")[0];
        image.GetProperty("seed").GetInt64().ShouldBe(42);
        image.GetProperty("width").GetInt32().ShouldBe(1424);
        image.TryGetProperty("b64_json", out _).ShouldBeFalse();
        image.TryGetProperty("revised_prompt", out _).ShouldBeFalse();
        image.Text("url").Split('?')[0].ShouldEndWith(".jpg");
        var (bytes, type) = await DownloadAsync(image.Text("url"));
        type.ShouldBe("image/jpeg");
        Measure(bytes).ShouldBe((PictureFormat.Jpeg, 1424, 800));
    }

    [Theory]
    [InlineData("flux-kontext-pro", null, null, "url", "jpeg")]
    [InlineData("flux-kontext-max", "b64_json", "png", "b64_json", "png")]
    [InlineData("gpt-image-2", null, null, "b64_json", "png")]
    [InlineData("gpt-image-1", "url", "webp", "url", "webp")]
    [InlineData("gpt-4o-image", null, "jpeg", "b64_json", "jpeg")]
    [InlineData("dall-e-3", null, null, "url", "png")]
    [InlineData("dall-e-2", "b64_json", null, "b64_json", "png")]
    [InlineData("sandbox", null, "webp", "url", "webp")]
    public async Task Every_model_gives_both_forms_and_every_format(string model, string? response, string? format, string member, string expected)
    {
        var body = await OkAsync(new { model, prompt = "a red circle", response_format = response, output_format = format });
        var image = body.GetProperty("data")[0];
        image.Text("format").ShouldBe(expected);
        var bytes = member == "url" ? (await DownloadAsync(image.Text("url"))).Bytes : Convert.FromBase64String(image.Text("b64_json"));
        image.TryGetProperty(member == "url" ? "b64_json" : "url", out _).ShouldBeFalse();
        var measured = Measure(bytes);
        measured.Format.ToString().ToLowerInvariant().ShouldBe(expected);
        measured.Width.ShouldBe(image.GetProperty("width").GetInt32());
        measured.Height.ShouldBe(image.GetProperty("height").GetInt32());
        body.TryGetProperty("usage", out var usage).ShouldBe(model.StartsWith("gpt"));
        if (model.StartsWith("gpt"))
        {
            usage.GetProperty("input_tokens_details").GetProperty("text_tokens").GetInt64().ShouldBeGreaterThan(0);
        }
    }

    [Fact]
    public async Task Ten_pictures_are_ten_pictures_with_seeds_of_their_own()
    {
        var body = await OkAsync(new { model = "sandbox", prompt = "waves", n = 10, seed = 7, size = "64x64" });
        var data = body.GetProperty("data").EnumerateArray().ToList();
        data.Count.ShouldBe(10);
        data.Select(image => image.GetProperty("seed").GetInt64()).ShouldBe(Enumerable.Range(7, 10).Select(seed => (long)seed));
        data.Select(image => image.Text("url")).Distinct().Count().ShouldBe(10);
        body.Text("cost").ShouldBe("0.00");
    }

    [Fact]
    public async Task Parameters_come_from_the_top_level_extra_body_and_query_in_that_order()
    {
        using var answer = await _gateway.Client.PostAsync(
            "/v1/images/generations?seed=3&aspect_ratio=9:16&api-version=2024-01-01",
            Json("""{"model":"flux-kontext-pro","prompt":"x","seed":1,"extra_body":{"seed":2,"aspect_ratio":"16:9","safety_tolerance":"3"}}"""));
        var body = await answer.JsonAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body.ToString());
        body.GetProperty("data")[0].GetProperty("seed").GetInt64().ShouldBe(1);
        body.GetProperty("data")[0].GetProperty("width").GetInt32().ShouldBe(1424);
        body.GetProperty("warnings").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("""{"aspect_ratio":"1.5"}""", "aspect_ratio", "aspect_ratio must be in format like '1:1', '16:9', '4:3', '3:4', '9:16'")]
    [InlineData("""{"aspect_ratio":"0:0"}""", "aspect_ratio", "aspect_ratio must be in format like '1:1', '16:9', '4:3', '3:4', '9:16'")]
    [InlineData("""{"aspect_ratio":"１６:９"}""", "aspect_ratio", "aspect_ratio must be in format like '1:1', '16:9', '4:3', '3:4', '9:16'")]
    [InlineData("""{"seed":-1}""", "seed", "seed must be between 0 and 4294967295")]
    [InlineData("""{"seed":4294967296}""", "seed", "seed must be between 0 and 4294967295")]
    [InlineData("""{"seed":1e400}""", "seed", "seed must be between 0 and 4294967295")]
    [InlineData("""{"safety_tolerance":7}""", "safety_tolerance", "safety_tolerance must be between 0 and 6")]
    [InlineData("""{"webhook_url":"ftp://x/y"}""", "webhook_url", "webhook_url must be a valid HTTP or HTTPS URL")]
    [InlineData("""{"webhook_url":"//x/y"}""", "webhook_url", "webhook_url must be a valid HTTP or HTTPS URL")]
    [InlineData("""{"n":0}""", "n", "n must be between 1 and 10")]
    [InlineData("""{"n":-1}""", "n", "n must be between 1 and 10")]
    [InlineData("""{"n":11}""", "n", "n must be between 1 and 10")]
    [InlineData("""{"n":18446744073709551615}""", "n", "n must be between 1 and 10")]
    [InlineData("""{"n":1.5}""", "n", "n must be between 1 and 10")]
    [InlineData("""{"prompt":7}""", "prompt", "prompt must be a string")]
    [InlineData("""{"prompt":""}""", "prompt", "prompt must not be empty")]
    [InlineData("""{"prompt":null}""", "prompt", "prompt is required")]
    [InlineData("""{"size":"big"}""", "size", null)]
    [InlineData("""{"output_format":"gif"}""", "output_format", null)]
    [InlineData("""{"response_format":"png"}""", "response_format", null)]
    [InlineData("""{"url_expires_in":59}""", "url_expires_in", null)]
    [InlineData("""{"url_expires_in":604801}""", "url_expires_in", null)]
    [InlineData("""{"prompt_upsampling":"maybe"}""", "prompt_upsampling", null)]
    [InlineData("""{"output_compression":101}""", "output_compression", null)]
    [InlineData("""{"extra_body":[1]}""", "extra_body", null)]
    [InlineData("""{"input_image":"!!!"}""", "input_image", null)]
    [InlineData("""{"input_image":"aGVsbG8="}""", "input_image", "input_image is not a picture")]
    [InlineData("""{"input_image":7}""", "input_image", null)]
    [InlineData("""{"image":[1,2]}""", "image", null)]
    public async Task Refuses_bad_values_with_the_exact_message_and_the_parameter(string json, string param, string? message)
    {
        var fields = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;
        fields.TryAdd("prompt", JsonSerializer.SerializeToElement("a cat"));
        using var answer = await _gateway.Client.PostAsync("/v1/images/generations", Json("{" + string.Join(',', fields.Select(field => $"\"{field.Key}\":{field.Value.GetRawText()}")) + "}"));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        answer.Headers.Contains("x-request-id").ShouldBeTrue();
        var error = (await answer.JsonAsync()).Error();
        error.Text("param").ShouldBe(param);
        error.Text("type").ShouldBe("invalid_request_error");
        if (message is not null)
        {
            error.Text("message").ShouldBe(message);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"x\"")]
    [InlineData("""{"prompt":"a","prompt":"b"}""")]
    [InlineData("""{"prompt":"\ud800"}""")]
    [InlineData("""{"\ud800":"x","prompt":"y"}""")]
    [InlineData("""{"prompt":"a\u0000b"}""")]
    [InlineData("""{prompt:a cat}""")]
    [InlineData("""{"prompt":"a",}""")]
    public async Task A_body_that_cannot_be_read_is_a_400(string body)
    {
        using var answer = await _gateway.Client.PostAsync("/v1/images/generations", Json(body));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.JsonAsync()).Error().Text("message").ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("""{"prompt":"a","prompt":"b"}""")]
    [InlineData("""{"prompt":"a","extra_body":{"n":1,"n":2}}""")]
    public async Task Says_so_when_a_key_stands_twice(string body)
    {
        using var answer = await _gateway.Client.PostAsync("/v1/images/generations", Json(body));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.JsonAsync()).Error().Text("message").ShouldContain("twice");
    }

    [Fact]
    public async Task Says_so_when_a_shell_stripped_the_quotes()
    {
        using var answer = await _gateway.Client.PostAsync("/v1/images/generations", Json("{model:flux-kontext-pro,prompt:a cat}"));
        (await answer.JsonAsync()).Error().Text("message").ShouldContain("PowerShell");
    }

    [Fact]
    public async Task A_million_nested_arrays_are_a_400()
    {
        using var answer = await _gateway.Client.PostAsync("/v1/images/generations", Json("""{"prompt":""" + new string('[', 1_000_000)));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData(32_000, HttpStatusCode.OK)]
    [InlineData(32_001, HttpStatusCode.BadRequest)]
    public async Task A_prompt_has_at_most_32000_characters(int length, HttpStatusCode status)
    {
        using var answer = await _gateway.GenerateAsync(new { model = "sandbox", size = "64x64", prompt = string.Concat(Enumerable.Repeat("😀", length)) });
        answer.StatusCode.ShouldBe(status);
    }

    [Fact]
    public async Task An_unknown_model_is_a_404_as_the_SDKs_know_it()
    {
        using var answer = await _gateway.GenerateAsync(new { model = "nope", prompt = "x" });
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await answer.JsonAsync()).Error().Text("code").ShouldBe("model_not_found");
    }

    [Fact]
    public async Task Tells_what_was_adapted_or_ignored()
    {
        var body = await OkAsync(new { model = "flux-kontext-pro", prompt = "x", aspect_ratio = "3:1", size = "100x100", quality = "hd", style = "vivid", frobnicate = 7 });
        var warnings = body.GetProperty("warnings").EnumerateArray().ToDictionary(warning => warning.Text("param"));
        warnings.Keys.Order().ShouldBe(["aspect_ratio", "frobnicate", "quality", "size", "style"]);
        warnings["aspect_ratio"].Text("action").ShouldBe("adapted");
        warnings["aspect_ratio"].Text("used").ShouldBe("7:3");
        warnings["quality"].Text("action").ShouldBe("ignored");
        warnings["quality"].TryGetProperty("used", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Strict_callers_are_refused_instead()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/images/generations") { Content = Json("""{"prompt":"x","aspect_ratio":"3:1"}""") };
        request.Headers.Add("Pictor-Strict", "true");
        using var answer = await _gateway.Client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.JsonAsync()).Error().Text("param").ShouldBe("aspect_ratio");
    }

    [Fact]
    public async Task A_reference_image_sent_inline_decides_the_ratio()
    {
        var wide = Convert.ToBase64String(Png(420, 210));
        foreach (var value in new[] { wide, "data:image/png;base64," + wide })
        {
            var body = await OkAsync(new { model = "flux-kontext-pro", prompt = "make it grayscale", input_image = value });
            var image = body.GetProperty("data")[0];
            ((double)image.GetProperty("width").GetInt32() / image.GetProperty("height").GetInt32()).ShouldBe(2, 0.05);
        }
    }

    [Fact]
    public async Task A_big_picture_at_the_head_of_the_prompt_is_a_reference()
    {
        var noise = Png(420, 210, noisy: true);
        noise.Length.ShouldBeGreaterThan(50_000);
        var body = await OkAsync(new { model = "flux-kontext-pro", prompt = $"data:image/png;base64,{Convert.ToBase64String(noise)} blur it" });
        body.GetProperty("data")[0].GetProperty("width").GetInt32().ShouldBeGreaterThan(1400);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/x.png")]
    [InlineData("http://localhost/x.png")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://①②⑦.0.0.1/")]
    public async Task A_link_into_our_own_network_is_a_clear_400_and_costs_nothing(string link)
    {
        using var answer = await _gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = link + " make it blue" });
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.JsonAsync()).Error().Text("param").ShouldBe("prompt");
        answer.Headers.GetValues("x-pictor-cost").ShouldBe(["0.00"]);
    }

    [Fact]
    public async Task Too_many_reference_images_are_a_400()
    {
        var png = Convert.ToBase64String(Png(16, 16));
        using var answer = await _gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x", image = Enumerable.Repeat(png, 5) });
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.JsonAsync()).Error().Text("message").ShouldContain("at most 4");
    }

    [Fact]
    public async Task Nothing_is_left_behind()
    {
        await OkAsync(new { model = "flux-kontext-pro", prompt = "grayscale", input_image = Convert.ToBase64String(Png(64, 64)) });
        using var refused = await _gateway.GenerateAsync(new { prompt = "x", input_image = Convert.ToBase64String(Png(64, 64))[..200] });
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        // Other tests of this class do not run meanwhile: tests of one class are in turn.
        foreach (var folder in new[] { "incoming", "inputs" })
        {
            await Eventually.TrueAsync(() => Directory.GetFileSystemEntries(Path.Combine(_gateway.Folder, folder)).Length == 0);
        }

        await Eventually.TrueAsync(() => Directory.GetFiles(Path.Combine(_gateway.Folder, "work"), "*", SearchOption.AllDirectories).Length == 0);
    }

    [Fact]
    public async Task The_sandbox_fails_on_demand_as_a_vendor_would()
    {
        using var moderated = await _gateway.GenerateAsync(new { prompt = "x [sandbox: fail=moderated]" });
        moderated.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        moderated.Headers.GetValues("x-should-retry").ShouldBe(["false"]);
        (await moderated.JsonAsync()).Error().Text("code").ShouldBe("content_policy_violation");
        using var limited = await _gateway.GenerateAsync(new { prompt = "x [sandbox: fail=rate_limited]", model = "dall-e-3" });
        limited.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        limited.Headers.RetryAfter.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("写着“生日快乐”的海报，粉色背景", "an abstract composition in colours taken from the words, with the text “生日快乐”.")]
    [InlineData("柔和的光线", "an abstract composition in colours taken from the words.")]
    [InlineData("一只开心的猫", "1 cat.")]
    public async Task The_sandbox_takes_no_word_for_what_a_part_of_it_means(string prompt, string drawn)
    {
        var body = await OkAsync(new { model = "sandbox", size = "64x64", prompt, prompt_upsampling = true });
        body.GetProperty("data")[0].Text("revised_prompt").ShouldEndWith("The sandbox drew " + drawn);
    }

    [Fact]
    public async Task The_sandbox_draws_an_aurora_without_gaps_between_its_rays()
    {
        var body = await OkAsync(new { model = "sandbox", size = "1024x768", seed = 7, prompt = "Aurora over a lake at night", response_format = "b64_json" });
        using var scratch = new ScratchFolder();
        await File.WriteAllBytesAsync(scratch["aurora"], Convert.FromBase64String(body.GetProperty("data")[0].Text("b64_json")));
        using var picture = Picture.Open(scratch["aurora"], PictureLimits.Default);
        using var line = picture.Crop(0, 220, 1024, 1);
        var light = Enumerable.Range(0, 1024).Select(x => line.ReadPixel(x, 0).Take(3).Sum(value => value)).ToList();

        // A gap is darker than what lies to either side of it; a star's surroundings may be, too.
        Enumerable.Range(3, 1018).Count(x => light[x] + 9 < light[x - 3] && light[x] + 9 < light[x + 3]).ShouldBeLessThan(20);
    }

    [Theory]
    [InlineData("text \"HELLO\" in lime on a black background", 0, 255, 0)]
    [InlineData("red circle with white text \"HELLO\"", 0x1c, 0x24, 0x30)]
    public async Task The_sandbox_writes_a_text_in_the_colour_that_was_asked_for_where_it_can_be_read(string prompt, int red, int green, int blue)
    {
        var body = await OkAsync(new { model = "sandbox", size = "512x512", prompt, response_format = "b64_json" });
        using var scratch = new ScratchFolder();
        await File.WriteAllBytesAsync(scratch["poster"], Convert.FromBase64String(body.GetProperty("data")[0].Text("b64_json")));
        using var picture = Picture.Open(scratch["poster"], PictureLimits.Default);
        using var words = picture.Crop(50, 300, 412, 188);
        var spots = from y in Enumerable.Range(0, 47) from x in Enumerable.Range(0, 103) select words.ReadPixel(x * 4, y * 4);
        spots.Count(pixel => pixel[0] == red && pixel[1] == green && pixel[2] == blue).ShouldBeGreaterThan(40);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task Another_media_type_is_a_415(string type)
    {
        using var answer = await _gateway.Client.PostAsync("/v1/images/generations", new StringContent("prompt=x", Encoding.UTF8, type));
        answer.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task A_doubled_prefix_is_answered()
    {
        using var answer = await _gateway.Client.PostAsync("/v1/v1/images/generations", Json("""{"model":"sandbox","size":"64x64","prompt":"x"}"""));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static byte[] Png(int width, int height, bool noisy = false)
    {
        var path = Path.GetTempFileName();
        try
        {
            var dots = noisy ? "<filter id='n'><feTurbulence baseFrequency='0.9' numOctaves='3'/></filter><rect width='100%' height='100%' filter='url(#n)'/>" : "";
            using var picture = Picture.FromSvg($"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}'><rect width='100%' height='100%' fill='#c04020'/>{dots}</svg>", width, height);
            picture.Save(path, new PictureEncoding(PictureFormat.Png));
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static (PictureFormat Format, int Width, int Height) Measure(byte[] bytes)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, bytes);
            var header = PictureProbe.Read(path, PictureLimits.Default);
            return (header.Format, header.Width, header.Height);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<(byte[] Bytes, string? Type)> DownloadAsync(string url)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(url);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return (await answer.Content.ReadAsByteArrayAsync(), answer.Content.Headers.ContentType?.MediaType);
    }

    private async Task<JsonElement> OkAsync(object request)
    {
        using var answer = await _gateway.GenerateAsync(request);
        var body = await answer.JsonAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body.ToString());
        return body;
    }
}
