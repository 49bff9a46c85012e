using System.Net;
using System.Text;
using System.Text.Json;
using Pictor.Imaging;
using Pictor.Tests.Imaging;

namespace Pictor.Tests.Api.Images;

public sealed class EditsEndpointTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private static readonly byte[] Wide = Samples.Quarters(PictureFormat.Png, 420, 210);
    private static readonly byte[] Small = Samples.Quarters(PictureFormat.Jpeg);

    private readonly TestGateway _gateway = running.Gateway;

    [Theory]
    [InlineData("image")]
    [InlineData("image[]")]
    [InlineData("image[0]")]
    [InlineData("image_1")]
    [InlineData("images[]")]
    [InlineData("input_image")]
    public async Task Takes_a_picture_under_every_name_that_clients_use(string name)
    {
        var body = await OkAsync(new RawForm().Text("model", "flux-kontext-pro").Text("prompt", "make it grayscale").File(name, Wide).Build());
        Ratio(body).ShouldBe(2, 0.05);
    }

    [Theory]
    [InlineData("image")]
    [InlineData("image[]")]
    public async Task Takes_several_pictures_under_one_name_in_their_order(string name)
    {
        var form = new RawForm().Text("model", "gpt-image-1").Text("prompt", "side by side").File(name, Wide);
        for (var i = 1; i < 16; i++)
        {
            form.File(name, Small);
        }

        var body = await OkAsync(form.Build());
        body.GetProperty("data")[0].Text("b64_json").ShouldNotBeEmpty();
        body.GetProperty("usage").GetProperty("input_tokens_details").GetProperty("image_tokens").GetInt64().ShouldBeGreaterThan(16);
    }

    [Fact]
    public async Task Takes_a_form_as_the_dotnet_client_writes_it()
    {
        var body = await OkAsync(RawForm.AsTheDotNetClient(Wide, ("model", "flux-kontext-pro"), ("prompt", "blur it"), ("n", "2"), ("seed", "7")));
        body.GetProperty("data").GetArrayLength().ShouldBe(2);
        body.GetProperty("data")[0].GetProperty("seed").GetInt64().ShouldBe(7);
        Ratio(body).ShouldBe(2, 0.05);
    }

    [Fact]
    public async Task Takes_a_part_called_blob_and_a_part_without_a_file_name()
    {
        await OkAsync(new RawForm().Text("prompt", "x").File("image[]", Small, "blob").Build());
        Ratio(await OkAsync(new RawForm().Text("prompt", "x").Part("Content-Disposition: form-data; name=image", Wide).Build())).ShouldBe(2, 0.05);
    }

    [Theory]
    [InlineData("form-data; name=image[]; filename=a.png")]
    [InlineData("form-data; name=\"image[]\"; filename=\"图片 1.png\"")]
    [InlineData("form-data; name=image; filename=图片.png")]
    [InlineData("form-data; filename=\"a; name=prompt.png\"; name=\"image\"")]
    [InlineData("form-data; Name = \"image\" ; filename*=utf-8''%e5%9b%be.png")]
    public async Task Reads_the_header_of_a_part_as_clients_write_it(string disposition) =>
        Ratio(await OkAsync(new RawForm().Text("prompt", "x").Part("Content-Disposition: " + disposition, Wide).Build())).ShouldBe(2, 0.05);

    [Fact]
    public async Task Takes_a_boundary_with_signs_that_nobody_quoted() =>
        await OkAsync(new RawForm("a=b(c)/d?e") { ContentType = "multipart/form-data; boundary=a=b(c)/d?e" }.Text("prompt", "x").File("image", Small).Build());

    [Fact]
    public async Task Reads_numbers_booleans_and_extra_body_from_texts()
    {
        var body = await OkAsync(new RawForm()
            .Text("model", "flux-kontext-pro").Text("prompt", "x").Text("n", "2").Text("seed", "1").Text("prompt_upsampling", "true")
            .Text("extra_body[aspect_ratio]", "16:9").Text("extra_body[seed]", "2").Text("response_format", "b64_json").File("image", Wide).Build());
        body.GetProperty("data").GetArrayLength().ShouldBe(2);
        var image = body.GetProperty("data")[0];
        image.GetProperty("seed").GetInt64().ShouldBe(1);
        image.GetProperty("width").GetInt32().ShouldBe(1424);
        image.Text("revised_prompt").ShouldNotBeEmpty();
        Convert.FromBase64String(image.Text("b64_json")).Length.ShouldBeGreaterThan(100);
        body.GetProperty("warnings").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData(16, 8, false)]
    [InlineData(900, 450, false)]
    [InlineData(900, 450, true)]
    public async Task Takes_a_picture_that_is_the_text_of_a_part(int width, int height, bool isDataUri)
    {
        var text = Convert.ToBase64String(Noise(width, height));
        var body = await OkAsync(new RawForm().Text("model", "flux-kontext-pro").Text("prompt", "x").Text("image", isDataUri ? "data:image/png;base64," + text : text).Build());
        Ratio(body).ShouldBe(2, 0.05);
    }

    [Fact]
    public async Task Draws_inside_a_mask()
    {
        var body = await OkAsync(new RawForm().Text("model", "gpt-image-1").Text("prompt", "a red circle").File("image", Wide).File("mask", Wide).Build());
        body.GetProperty("data").GetArrayLength().ShouldBe(1);
        await OkAsync(new RawForm().Text("model", "gpt-image-1").Text("prompt", "a red circle").File("image", Wide).Text("mask", "").Build());
    }

    [Fact]
    public async Task A_mask_of_another_size_is_a_400()
    {
        var error = await RefusedAsync(new RawForm().Text("model", "gpt-image-1").Text("prompt", "x").File("image", Wide).File("mask", Small).Build());
        error.Text("param").ShouldBe("mask");
        error.Text("message").ShouldContain("420x210");
    }

    [Theory]
    [InlineData("""{"images":[{"image_url":"DATA"},{"image_url":"BARE"}]}""")]
    [InlineData("""{"image":"DATA"}""")]
    [InlineData("""{"image":"BARE"}""")]
    [InlineData("""{"image":["DATA","BARE"]}""")]
    [InlineData("""{"images":[{"image_url":{"url":"DATA"}}]}""")]
    [InlineData("""{"image":"DATA","mask":{"image_url":"DATA"},"model":"gpt-image-1","response_format":"url"}""")]
    [InlineData("""{"image":"DATA","mask":"BARE","model":"gpt-image-1","response_format":"url"}""")]
    public async Task Takes_json_too(string json)
    {
        var bare = Convert.ToBase64String(Wide);
        var text = json.Replace("DATA", "data:image/png;base64," + bare).Replace("BARE", bare);
        var body = await OkAsync(new StringContent(text.Insert(1, "\"prompt\":\"make it grayscale\","), Encoding.UTF8, "application/json"));
        body.GetProperty("data")[0].Text("url").ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Without_a_picture_it_is_a_400()
    {
        foreach (var content in new[] { new RawForm().Text("prompt", "x").Build(), new RawForm().Text("prompt", "x").File("image", [], "").Build(), new StringContent("""{"prompt":"x"}""", Encoding.UTF8, "application/json") })
        {
            (await RefusedAsync(content)).Text("param").ShouldBe("image");
        }
    }

    [Theory]
    [InlineData("image[]")]
    [InlineData("mask")]
    public async Task An_empty_file_is_a_400_and_no_picture_that_is_left_out(string name)
    {
        var error = await RefusedAsync(new RawForm().Text("model", "gpt-image-1").Text("prompt", "x").File("image[]", Small).File(name, []).Build());
        error.Text("message").ShouldBe($"{name.Split('[')[0]} is an empty file");
        error.Text("code").ShouldBe("invalid_image");
        await OkAsync(new RawForm().Text("model", "gpt-image-1").Text("prompt", "x").File("image[]", Small).File(name, [], file: "").Build());
    }

    [Fact]
    public async Task What_is_no_picture_is_a_400_that_names_the_part() =>
        (await RefusedAsync(new RawForm().Text("prompt", "x").File("image", Encoding.UTF8.GetBytes("<svg/>")).Build())).Text("message").ShouldBe("image is not a picture");

    [Fact]
    public async Task Broken_forms_are_clear_400s()
    {
        (await RefusedAsync(new RawForm().Text("prompt", "x").File("image", Wide).Build(isClosed: false))).Text("message").ShouldContain("closing boundary");
        (await RefusedAsync(new RawForm("other") { ContentType = "multipart/form-data; boundary=mine" }.Text("prompt", "x").Build())).Text("message").ShouldContain("closing boundary");
        (await RefusedAsync(new RawForm { ContentType = "multipart/form-data" }.Text("prompt", "x").Build())).Text("message").ShouldContain("boundary");
        (await RefusedAsync(new RawForm { ContentType = "multipart/form-data; boundary=" + new string('b', 300) }.Text("prompt", "x").Build())).Text("message").ShouldContain("boundary");
        (await RefusedAsync(new RawForm().Part("Content-Type: multipart/mixed; boundary=inner\r\nContent-Disposition: form-data; name=\"image\"", Wide).Build())).Text("message").ShouldContain("form inside");
        (await RefusedAsync(new RawForm().Text("prompt", "a").Text("prompt", "b").File("image", Small).Build())).Text("message").ShouldBe("prompt was given more than once");
        (await RefusedAsync(new RawForm().Part("Content-Disposition: form-data", Small).Build())).Text("message").ShouldContain("no name");
        (await RefusedAsync(new RawForm().Part("Content-Disposition: form-data; name=\"prompt\"\r\nX-Big: " + new string('h', 20_000), Small).Build())).Text("message").ShouldContain("headers");
        (await RefusedAsync(new RawForm().Part("Content-Disposition: form-data; name=\"prompt\"" + string.Concat(Enumerable.Range(0, 40).Select(i => $"\r\nX-{i}: 1")), Small).Build())).Text("message").ShouldContain("headers");
        (await RefusedAsync(new RawForm().Part("Content-Disposition: form-data; name=\"prompt\"", [0x61, 0xff, 0xfe]).File("image", Small).Build())).Text("message").ShouldContain("UTF-8");
        (await RefusedAsync(new RawForm().Text("prompt", "a\0b").File("image", Small).Build())).Text("param").ShouldBe("prompt");
        var many = new RawForm();
        for (var i = 0; i < 3000; i++)
        {
            many.Text($"field-{i}", "1");
        }

        (await RefusedAsync(many.Build())).Text("message").ShouldContain("more than 100 parts");
    }

    [Fact]
    public async Task Seventeen_pictures_are_a_400()
    {
        var form = new RawForm().Text("model", "gpt-image-1").Text("prompt", "x");
        for (var i = 0; i < 17; i++)
        {
            form.File("image[]", Small);
        }

        (await RefusedAsync(form.Build())).Text("message").ShouldContain("At most 16");
    }

    [Fact]
    public async Task A_picture_over_25_megabytes_is_a_413()
    {
        using var answer = await _gateway.Client.PostAsync("/v1/images/edits", new RawForm().Text("prompt", "x").File("image", [.. Wide, .. new byte[26 * 1024 * 1024]]).Build());
        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await answer.JsonAsync()).Error().Text("param").ShouldBe("image");
    }

    [Fact]
    public async Task Another_media_type_is_a_415()
    {
        using var answer = await _gateway.Client.PostAsync("/v1/images/edits", new StringContent("prompt=x", Encoding.UTF8, "application/x-www-form-urlencoded"));
        answer.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task Nothing_is_left_behind()
    {
        await OkAsync(new RawForm().Text("prompt", "grayscale").File("image", Wide).Build());
        await RefusedAsync(new RawForm().Text("prompt", "x").File("image", Wide).File("image", Wide).Build(isClosed: false));
        foreach (var folder in new[] { "incoming", "inputs" })
        {
            await Eventually.TrueAsync(() => Directory.GetFileSystemEntries(Path.Combine(_gateway.Folder, folder)).Length == 0);
        }

        await Eventually.TrueAsync(() => Directory.GetFiles(Path.Combine(_gateway.Folder, "work"), "*", SearchOption.AllDirectories).Length == 0);
    }

    [Fact]
    public async Task A_variation_needs_no_prompt()
    {
        using var answer = await _gateway.Client.PostAsync("/v1/images/variations", new RawForm().Text("model", "dall-e-2").Text("n", "2").Text("size", "256x256").File("image", Small).Build());
        var body = await answer.JsonAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body.ToString());
        body.GetProperty("data").GetArrayLength().ShouldBe(2);
        using var none = await _gateway.Client.PostAsync("/v1/images/variations", new RawForm().Text("model", "dall-e-2").Text("prompt", "").Build());
        none.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Answers_openrouter_clients_in_their_shape()
    {
        var request = $$"""
            {"model":"flux-kontext-pro","prompt":"make it grayscale","n":1,"aspect_ratio":"16:9","user":"u","provider":{"order":["x"]},
             "input_references":[{"type":"image_url","image_url":{"url":"data:image/png;base64,{{Convert.ToBase64String(Wide)}}"} }]}
            """;
        using var answer = await _gateway.Client.PostAsync("/v1/images", new StringContent(request, Encoding.UTF8, "application/json"));
        var body = await answer.JsonAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body.ToString());
        Convert.FromBase64String(body.GetProperty("data")[0].Text("b64_json")).Length.ShouldBeGreaterThan(100);
        var usage = body.GetProperty("usage");
        usage.GetProperty("cost").GetDecimal().ShouldBe(0.035m);
        usage.GetProperty("prompt_tokens").ValueKind.ShouldBe(JsonValueKind.Number);
        usage.GetProperty("completion_tokens").ValueKind.ShouldBe(JsonValueKind.Number);
        usage.GetProperty("total_tokens").ValueKind.ShouldBe(JsonValueKind.Number);
    }

    // Incompressible, so that its base64 is longer than a text may be.
    private static byte[] Noise(int width, int height)
    {
        using var scratch = new ScratchFolder();
        var random = new Random(7);
        var dots = string.Concat(Enumerable.Range(0, width * height / 8).Select(_ => $"<rect x='{random.Next(width)}' y='{random.Next(height)}' width='2' height='2' fill='#{random.Next(0xFFFFFF):x6}'/>"));
        using var picture = Picture.FromSvg($"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}'>{dots}</svg>", width, height);
        picture.Save(scratch["noise"], new PictureEncoding(PictureFormat.Png));
        return File.ReadAllBytes(scratch["noise"]);
    }

    private static double Ratio(JsonElement body) =>
        body.GetProperty("data")[0].GetProperty("width").GetDouble() / body.GetProperty("data")[0].GetProperty("height").GetDouble();

    private async Task<JsonElement> OkAsync(HttpContent content)
    {
        using var answer = await _gateway.Client.PostAsync("/v1/images/edits", content);
        var body = await answer.JsonAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body.ToString());
        return body;
    }

    private async Task<JsonElement> RefusedAsync(HttpContent content)
    {
        using var answer = await _gateway.Client.PostAsync("/v1/images/edits", content);
        var body = await answer.JsonAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, body.ToString());
        return body.Error();
    }
}
