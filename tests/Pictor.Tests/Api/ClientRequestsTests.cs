using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Pictor.Imaging;
using Pictor.Tests.Imaging;

namespace Pictor.Tests.Api;

/// <summary>
/// The requests of chat shells, workflow tools and nodes as they send them, and what each of them looks for in the answer. Read in
/// the sources of the clients between 2025-02 and 2026-07.
/// </summary>
public sealed class ClientRequestsTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private static readonly string Picture = Convert.ToBase64String(Samples.Quarters(PictureFormat.Png));

    private readonly TestGateway _gateway = running.Gateway;

    [Theory]
    [InlineData("NextChat", """{"model":"dall-e-3","prompt":"a cat","response_format":"b64_json","n":1,"size":"1024x1024","quality":"standard","style":"vivid"}""", "b64_json")]
    [InlineData("LobeChat, dall-e", """{"model":"dall-e-3","n":1,"prompt":"a cat","size":"1024x1024","response_format":"b64_json"}""", "b64_json")]
    [InlineData("LobeChat, another", """{"model":"flux-kontext-pro","n":1,"prompt":"a cat","aspectRatio":"16:9","width":1024,"height":1024,"cfg":2.5,"steps":20}""", "url")]
    [InlineData("Cherry Studio", """{"prompt":"a cat","model":"gpt-image-1","size":"auto","background":"auto","n":1,"quality":"auto","moderation":"auto"}""", "b64_json")]
    [InlineData("Open WebUI", """{"model":"flux-kontext-pro","prompt":"a cat","n":1,"size":"512x512","response_format":"b64_json"}""", "b64_json")]
    [InlineData("Open WebUI, gpt-image", """{"model":"gpt-image-1","prompt":"a cat","n":1,"size":"512x512"}""", "b64_json")]
    [InlineData("LibreChat", """{"model":"gpt-image-1","prompt":"a cat","n":1,"background":"auto","quality":"auto","size":"auto"}""", "b64_json")]
    [InlineData("n8n", """{"prompt":"a cat","model":"dall-e-3","quality":"hd","size":"1024x1024","style":"vivid","response_format":"b64_json"}""", "b64_json")]
    [InlineData("Dify, flux-kontext", """{"model":"flux-kontext-pro","prompt":"a cat","n":1,"size":"1024x1024","safety_tolerance":6,"response_format":"b64_json"}""", "b64_json")]
    [InlineData("Dify, gpustack", """{"model":"flux-kontext-pro","prompt":"a cat","n":1,"size":"512x512","response_format":"b64_json","seed":null,"sample_method":"euler","cfg_scale":4.5,"guidance":3.5,"sampling_steps":20,"negative_prompt":""}""", "b64_json")]
    [InlineData("Comfly nodes, flux-kontext", """{"prompt":"a cat","model":"flux-kontext-pro","n":1,"aspect_ratio":"16:9","seed":7}""", "url")]
    [InlineData("Comfly nodes, any ratio", """{"prompt":"a cat","model":"flux-kontext-pro","aspect_ratio":"auto","response_format":"url"}""", "url")]
    [InlineData("tu-zi nodes", """{"model":"flux-kontext-pro","prompt":"a cat","aspect_ratio":"16:9","output_format":"png","safety_tolerance":2,"prompt_upsampling":false,"seed":4294967295,"guidance_scale":3.5,"num_inference_steps":28}""", "url")]
    [InlineData("LangChain", """{"model":"flux-kontext-pro","prompt":"a cat","n":1,"size":"1024x1024","response_format":"url","style":"vivid","quality":"standard","user":"u"}""", "url")]
    public async Task A_generation_is_answered_as_the_client_reads_it(string client, string body, string form)
    {
        using var answer = await _gateway.Client.PostAsync("/v1/images/generations?api-version=2024-02-01", Json(body));
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, $"{client}: {text}");
        var entry = JsonDocument.Parse(text).RootElement.GetProperty("data")[0];
        entry.TryGetProperty(form == "url" ? "b64_json" : "url", out _).ShouldBeFalse(client);
        if (form == "url")
        {
            entry.Text("url").ShouldStartWith("http");
            return;
        }

        Convert.FromBase64String(entry.Text("b64_json")).Length.ShouldBeGreaterThan(100, client);
    }

    [Theory]
    [InlineData("Comfly nodes", "flux-kontext-pro", "image", 2, "aspect_ratio=16:9;seed=7;n=1", "url")]
    [InlineData("Comfly nodes, gpt-image", "gpt-image-1", "image", 2, "n=2;size=1024x1024;quality=auto;background=auto", "b64_json")]
    [InlineData("Cherry Studio", "gpt-image-1", "image", 16, "size=1024x1024;quality=high;n=1", "b64_json")]
    [InlineData("LobeChat", "gpt-image-1", "image[]", 2, "n=1;size=auto;input_fidelity=high", "b64_json")]
    [InlineData("LibreChat", "gpt-image-1", "image[]", 3, "n=1;quality=auto;size=auto", "b64_json")]
    [InlineData("Open WebUI", "gpt-image-1", "image[]", 2, "n=1;size=1024x1024;response_format=b64_json", "b64_json")]
    [InlineData("n8n, gpt-image", "gpt-image-1", "image[]", 2, "n=1", "b64_json")]
    [InlineData("n8n, dall-e-2", "dall-e-2", "image", 1, "n=1;response_format=b64_json", "b64_json")]
    public async Task An_edit_is_taken_as_the_client_writes_it(string client, string model, string field, int pictures, string fields, string form)
    {
        var body = new RawForm().Text("model", model).Text("prompt", "make it blue");
        foreach (var pair in fields.Split(';'))
        {
            body.Text(pair.Split('=')[0], pair.Split('=')[1]);
        }

        for (var i = 0; i < pictures; i++)
        {
            body.File(field, Samples.Quarters(PictureFormat.Png));
        }

        using var answer = await _gateway.Client.PostAsync("/v1/images/edits", body.Build());
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, $"{client}: {text}");
        JsonDocument.Parse(text).RootElement.GetProperty("data")[0].TryGetProperty(form, out _).ShouldBeTrue(client);
    }

    // NextChat needs 200 and an event stream; Chatbox prints a null and has no patience with a chunk without choices; the readers of seeds and nodes want "data: ".
    [Theory]
    [InlineData("NextChat", """{"messages":[{"role":"system","content":"You are ChatGPT"},{"role":"user","content":"a cat"}],"stream":true,"model":"flux-kontext-pro","temperature":0.5,"presence_penalty":0,"frequency_penalty":0,"top_p":1}""")]
    [InlineData("Chatbox", """{"model":"flux-kontext-pro","messages":[{"role":"user","content":[{"type":"text","text":"a cat"}]}],"max_tokens":1024,"temperature":0.7,"top_p":1,"stream":true}""")]
    [InlineData("Comfly nodes", """{"model":"flux-kontext-pro","messages":[{"role":"user","content":"a cat"}],"temperature":0.6,"top_p":0.6,"frequency_penalty":0,"presence_penalty":0,"seed":7,"max_tokens":4096,"stream":true}""")]
    public async Task A_streamed_chat_is_answered_as_the_shell_reads_it(string client, string body)
    {
        using var answer = await _gateway.Client.PostAsync("/v1/chat/completions", Json(body));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, client);
        answer.Content.Headers.ContentType!.ToString().ShouldStartWith("text/event-stream");
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        bytes.ShouldAllBe(value => value < 128);
        var lines = Encoding.ASCII.GetString(bytes).Split('\n').Where(line => line.Length > 0 && line[0] != ':').ToList();
        lines.ShouldAllBe(line => line.StartsWith("data: "));
        lines[^1].ShouldBe("data: [DONE]");
        var content = "";
        foreach (var line in lines.SkipLast(1))
        {
            var delta = JsonDocument.Parse(line["data: ".Length..]).RootElement.GetProperty("choices")[0].GetProperty("delta");
            if (delta.TryGetProperty("content", out var part))
            {
                content += part.GetString().ShouldNotBeNull(client);
            }
        }

        content.ShouldMatch(@"^!\[image\]\(http://[^)\s]+\)$");
    }

    // A name that ends in :image is a chat for it, without the ending; the ratio stands in OpenRouter's image_config.
    [Fact]
    public async Task LobeChat_finds_its_picture_in_the_message_of_a_chat()
    {
        using var answer = await _gateway.Client.PostAsync("/v1/chat/completions", Json($$$"""
            {"model":"flux-kontext-pro","modalities":["image","text"],"image_config":{"aspect_ratio":"16:9","image_size":"2K"},"stream":false,
             "messages":[{"role":"user","content":[{"text":"a cat","type":"text"},{"image_url":{"url":"data:image/png;base64,{{{Picture}}}"},"type":"image_url"}]}]}
            """));
        var body = await answer.JsonAsync();
        var url = body.GetProperty("choices")[0].GetProperty("message").GetProperty("images")[0].GetProperty("image_url").Text("url");
        url.ShouldStartWith("data:image/jpeg;base64,");
        var path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, Convert.FromBase64String(url.Split(',')[1]));
        var header = PictureProbe.Read(path, PictureLimits.Default);
        File.Delete(path);
        (header.Width / (double)header.Height).ShouldBe(16 / 9.0, 0.05);
        body.GetProperty("warnings").EnumerateArray().Select(warning => warning.Text("param")).ShouldContain("image_config");
    }

    // Comfly nodes put data URIs into a JSON generation.
    [Fact]
    public async Task A_node_sends_its_pictures_in_a_generation()
    {
        using var answer = await _gateway.Client.PostAsync("/v1/images/generations", Json($$"""{"model":"flux-kontext-pro","prompt":"make it blue","image":["data:image/png;base64,{{Picture}}","data:image/png;base64,{{Picture}}"]}"""));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }

    // Open WebUI sends its key along when it fetches the picture, and wants an image.
    [Theory]
    [InlineData("Bearer some-other-key")]
    [InlineData("Bearer " + TestGateway.AdminKey)]
    public async Task A_picture_is_given_whatever_key_is_shown(string authorization)
    {
        using var made = await _gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "a cat" });
        using var client = _gateway.ClientWith(null);
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);
        using var answer = await client.GetAsync((await made.JsonAsync()).GetProperty("data")[0].Text("url"));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("image/jpeg");
    }

    // Cherry Studio shows only models that say so; OpenRouter's clients filter; all strings that are prices are strings.
    [Fact]
    public async Task The_list_of_models_has_what_shells_filter_by()
    {
        var models = (await (await _gateway.Client.GetAsync("/v1/models?output_modalities=image")).JsonAsync()).GetProperty("data").EnumerateArray().ToList();
        foreach (var model in models)
        {
            model.Text("object").ShouldBe("model");
            model.GetProperty("created").TryGetInt64(out _).ShouldBeTrue();
            model.GetProperty("supported_endpoint_types").EnumerateArray().Select(type => type.GetString()).ShouldContain("image-generation");
            model.GetProperty("architecture").GetProperty("output_modalities").EnumerateArray().Select(modality => modality.GetString()).ShouldContain("image");
            model.GetProperty("supported_parameters").GetArrayLength().ShouldBeGreaterThan(0);
            model.GetProperty("pricing").GetProperty("image").ValueKind.ShouldBe(JsonValueKind.String);
            model.GetProperty("pricing").Text("request").ShouldBe("0");
        }

        models.Single(model => model.Text("id") == "flux-kontext-pro").GetProperty("supported_endpoint_types").EnumerateArray().Select(type => type.GetString()).ShouldContain("image-edit");
    }

    // A user who writes /v1 although the shell adds it.
    [Theory]
    [InlineData("/v1/v1/images/generations")]
    [InlineData("/v1/v1/chat/completions")]
    public async Task A_doubled_prefix_is_read_as_one(string path)
    {
        using var answer = await _gateway.Client.PostAsync(path, Json("""{"model":"sandbox","size":"64x64","prompt":"x","messages":[{"role":"user","content":"x"}]}"""));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    // tu-zi nodes draw a seed of 64 bits and repeat whatever is refused: the refusal costs nothing and says what is wrong.
    [Fact]
    public async Task A_seed_of_64_bits_is_refused_in_the_exact_words_and_leaves_no_job()
    {
        using var client = await _gateway.NewKeyAsync();
        using var answer = await client.PostAsync("/v1/images/generations", Json("""{"model":"flux-kontext-pro","prompt":"a cat","seed":18446744073709551615}"""));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.JsonAsync()).Error().Text("message").ShouldBe("seed must be between 0 and 4294967295");
        (await (await client.GetAsync("/v1/images/generations")).JsonAsync()).GetProperty("data").GetArrayLength().ShouldBe(0);
    }

    private static StringContent Json(string text) => new(text, new MediaTypeHeaderValue("application/json"));
}
