using System.ClientModel;
using System.Text.Json;
using OpenAI;
using OpenAI.Images;
using OpenAI.Models;
using Pictor.Imaging;

namespace Pictor.EndToEnd;

/// <summary>The official OpenAI SDK for .NET, with only base URL and key changed.</summary>
public sealed class OpenAIDotNetSdkTests(SharedGateway shared)
{
    [Fact]
    public async Task Generates_as_a_link()
    {
        GeneratedImage image = await Images("flux-kontext-pro").GenerateImageAsync("Sunset over mountains", new ImageGenerationOptions { ResponseFormat = GeneratedImageFormat.Uri });

        image.ImageUri.ShouldNotBeNull();
        image.ImageBytes.ShouldBeNull();
        using var stranger = new HttpClient();
        Pixels.Decode(await stranger.GetByteArrayAsync(image.ImageUri)).ShouldSatisfyAllConditions(
            header => header.Format.ShouldBe(PictureFormat.Jpeg),
            header => (header.Width, header.Height).ShouldBe((1024, 1024)));
    }

    [Fact]
    public async Task Generates_as_bytes()
    {
        GeneratedImage image = await Images("flux-kontext-pro").GenerateImageAsync("Sunset over mountains", new ImageGenerationOptions { ResponseFormat = GeneratedImageFormat.Bytes });

        image.ImageUri.ShouldBeNull();
        Pixels.Decode(image.ImageBytes.ToArray()).Format.ShouldBe(PictureFormat.Jpeg);
    }

    [Fact]
    public async Task Gets_bytes_and_usage_from_the_gpt_image_family_without_asking()
    {
        GeneratedImageCollection images = await Images("gpt-image-1").GenerateImagesAsync("A red circle", 2, new ImageGenerationOptions { Size = GeneratedImageSize.W1536xH1024, Quality = "low" });

        images.Count.ShouldBe(2);
        images.CreatedAt.ShouldBeGreaterThan(DateTimeOffset.UtcNow - TimeSpan.FromMinutes(10));
        images.Usage.OutputTokenCount.ShouldBeGreaterThan(0);
        foreach (var image in images)
        {
            var header = Pixels.Decode(image.ImageBytes.ToArray());
            (header.Width, header.Height, header.Format).ShouldBe((1536, 1024, PictureFormat.Png));
        }
    }

    [Fact]
    public async Task Sends_fields_of_its_own_through_the_protocol_method()
    {
        using var content = BinaryContent.Create(BinaryData.FromString(
            """{"model":"flux-kontext-max","prompt":"Sunset over mountains","extra_body":{"aspect_ratio":"16:9","seed":7}}"""));
        ClientResult result = await Images("flux-kontext-max").GenerateImagesAsync(content);

        using var body = JsonDocument.Parse(result.GetRawResponse().Content);
        var picture = body.RootElement.GetProperty("data")[0];
        (picture.GetProperty("width").GetInt32() / (double)picture.GetProperty("height").GetInt32()).ShouldBe(16 / 9.0, 0.05);
        picture.GetProperty("seed").GetInt64().ShouldBe(7);
    }

    [Fact]
    public async Task Shows_a_wrong_key()
    {
        var refusal = await Should.ThrowAsync<ClientResultException>(() => Images("flux-kontext-pro", "sk-pic_wrong").GenerateImageAsync("x"));

        refusal.Status.ShouldBe(401);
        refusal.Message.ShouldContain("invalid_request_error: invalid_api_key");
        refusal.Message.ShouldContain("Incorrect API key provided.");
        refusal.GetRawResponse()!.Headers.TryGetValue("x-request-id", out var requestId).ShouldBeTrue();
        requestId.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Shows_what_is_wrong_with_a_size()
    {
        var refusal = await Should.ThrowAsync<ClientResultException>(() =>
            Images("flux-kontext-pro").GenerateImageAsync("x", new ImageGenerationOptions { Size = new GeneratedImageSize(0, 0) }));

        refusal.Status.ShouldBe(400);
        refusal.Message.ShouldContain("invalid_request_error");
        refusal.Message.ShouldContain("Parameter: size");
        refusal.Message.ShouldContain("size must be");
    }

    [Fact]
    public async Task Lists_the_models()
    {
        var client = new OpenAIModelClient(new ApiKeyCredential(GatewayProcess.AdminKey), Options());
        OpenAIModelCollection models = await client.GetModelsAsync();
        models.Select(model => model.Id).ShouldContain("flux-kontext-pro");
        OpenAIModel one = await client.GetModelAsync("dall-e-3");
        one.OwnedBy.ShouldBe("openai");
    }

    private ImageClient Images(string model, string key = GatewayProcess.AdminKey) => new(model, new ApiKeyCredential(key), Options());

    private OpenAIClientOptions Options() => new() { Endpoint = shared.Gateway.BaseUrl };
}
