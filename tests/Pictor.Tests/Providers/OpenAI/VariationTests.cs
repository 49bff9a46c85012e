using System.Net;
using System.Net.Http.Headers;
using Pictor.FakeUpstreams;
using Pictor.Imaging;

namespace Pictor.Tests.Providers.OpenAI;

/// <summary>Pictures drawn anew, through the whole gateway.</summary>
public sealed class VariationTests
{
    [Theory]
    [InlineData(null, "/openai/v1/images/variations")]
    [InlineData("the same at night", "/openai/v1/images/edits")]
    public async Task Goes_to_the_vendors_own_door_where_the_caller_wrote_no_prompt(string? prompt, string path)
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(settings:
        [
            "Pictor:Channels:a:Provider=openai", $"Pictor:Channels:a:BaseUrl={fake.BaseOf("openai", "/v1")}", $"Pictor:Channels:a:Credential={FakeOptions.UsualCredential}",
            "Pictor:Channels:a:Models=dall-e-2", "Pictor:Upstream:Allow:fake=127.0.0.0/8:*",
        ]);
        using var form = new MultipartFormDataContent { { new StringContent("dall-e-2"), "model" }, { new StringContent("512x512"), "size" } };
        if (prompt is not null)
        {
            form.Add(new StringContent(prompt), "prompt");
        }

        var picture = new ByteArrayContent(fake.Pictures.Bytes(new FakePicture(600, 400, PictureFormat.Jpeg, 3)));
        picture.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        form.Add(picture, "image", "photo.jpg");

        using var answer = await gateway.Client.PostAsync("/v1/images/variations", form);

        var body = await answer.JsonAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body.ToString());
        body.GetProperty("data")[0].GetProperty("width").GetInt32().ShouldBe(512);
        body.GetProperty("warnings").EnumerateArray().Select(warning => warning.Text("param")).ShouldContain("image");
        fake.Record.Paid.ShouldHaveSingleItem().Path.ShouldBe(path);
    }

    [Fact]
    public async Task Joins_two_pictures_for_a_model_that_takes_one_and_says_so()
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(settings:
        [
            "Pictor:Channels:a:Provider=openai", $"Pictor:Channels:a:BaseUrl={fake.BaseOf("openai", "/v1")}", $"Pictor:Channels:a:Credential={FakeOptions.UsualCredential}",
            "Pictor:Channels:a:Models=dall-e-2", "Pictor:Upstream:Allow:fake=127.0.0.0/8:*",
        ]);
        var picture = Convert.ToBase64String(fake.Pictures.Bytes(new FakePicture(300, 300, PictureFormat.Png, 3)));
        using var answer = await gateway.GenerateAsync(new { model = "dall-e-2", prompt = "both together", image = new[] { picture, picture } });
        var body = await answer.JsonAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body.ToString());
        body.GetProperty("warnings").ToString().ShouldContain("joined side by side");
        fake.Record.Paid.ShouldHaveSingleItem().Path.ShouldBe("/openai/v1/images/edits");
    }

    [Theory]
    [InlineData(FakeOptions.UsualCredential, true)]
    [InlineData("wrong", false)]
    public async Task A_channel_is_tested_without_paying(string credential, bool ok)
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(settings:
            ["Pictor:Channels:a:Provider=openai", $"Pictor:Channels:a:BaseUrl={fake.BaseOf("openai", "/v1")}", $"Pictor:Channels:a:Credential={credential}", "Pictor:Channels:a:Models=gpt-image-1"]);
        var test = await (await gateway.Client.PostAsync("/admin/channels/a/test", null)).JsonAsync();
        test.GetProperty("tested").GetBoolean().ShouldBeTrue();
        test.GetProperty("ok").GetBoolean().ShouldBe(ok);
        fake.Record.Paid.ShouldBeEmpty();
    }

    [Fact]
    public async Task Reports_no_seed_that_was_not_used()
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(settings:
        [
            "Pictor:Channels:a:Provider=openai", $"Pictor:Channels:a:BaseUrl={fake.BaseOf("relay", "/v1")}", $"Pictor:Channels:a:Credential={FakeOptions.UsualCredential}",
            "Pictor:Channels:a:Models=flux-kontext-pro", "Pictor:Channels:a:Dialect=relay", "Pictor:Upstream:Allow:fake=127.0.0.0/8:*",
        ]);
        var without = await (await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x" })).JsonAsync();
        without.GetProperty("data")[0].TryGetProperty("seed", out _).ShouldBeFalse();
        var with = await (await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x", seed = 7 })).JsonAsync();
        with.GetProperty("data")[0].GetProperty("seed").GetInt64().ShouldBe(7);
    }
}
