using System.Net;

namespace Pictor.Tests.Api.Images;

public sealed class GenerationsEndpointTests(GenerationsEndpointTests.Running running) : IClassFixture<GenerationsEndpointTests.Running>
{
    private readonly TestGateway _gateway = running.Gateway;

    [Fact]
    public async Task Answers_a_seed_request_with_a_link_to_a_measured_picture()
    {
        using var answer = await _gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "Sunset over mountains", aspect_ratio = "16:9", seed = 42 });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var body = await answer.JsonAsync();
        body.GetProperty("created").GetInt64().ShouldBeGreaterThan(1_700_000_000);
        body.Text("cost").ShouldBe("0.035");
        var image = body.GetProperty("data")[0];
        image.GetProperty("seed").GetInt64().ShouldBe(42);
        image.GetProperty("width").GetInt32().ShouldBe(1424);
        image.TryGetProperty("b64_json", out _).ShouldBeFalse();
        using var http = new HttpClient();
        var picture = await http.GetAsync(image.Text("url"));
        picture.Content.Headers.ContentType!.MediaType.ShouldBe("image/jpeg");
        (await picture.Content.ReadAsByteArrayAsync()).AsSpan(0, 3).SequenceEqual(new byte[] { 0xFF, 0xD8, 0xFF }).ShouldBeTrue();
    }

    public sealed class Running : IAsyncLifetime
    {
        internal TestGateway Gateway { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Gateway = await TestGateway.StartAsync();

        public ValueTask DisposeAsync() => Gateway.DisposeAsync();
    }
}
