using System.Net;
using System.Text;
using System.Text.Json;

namespace Pictor.Tests.Api.Estimate;

public sealed class EstimateEndpointTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private readonly TestGateway _gateway = running.Gateway;

    [Theory]
    [InlineData("flux-kontext-pro", 100, "3.50", "4.00", "0.50", 12.5)]
    [InlineData("flux-kontext-max", 50, "3.50", "4.00", "0.50", 12.5)]
    [InlineData("sandbox", 10_000, "0.00", "0.00", "0.00", 0)]
    public async Task Tells_what_a_batch_costs_and_saves(string model, int count, string cost, string list, string saved, double percent)
    {
        var body = await OkAsync($$"""{"model":"{{model}}","prompt":"x","count":{{count}}}""");
        body.Text("cost").ShouldBe(cost);
        body.Text("list_cost").ShouldBe(list);
        body.Text("saved").ShouldBe(saved);
        body.GetProperty("saved_percent").GetDouble().ShouldBe(percent);
        body.GetProperty("count").GetInt32().ShouldBe(count);
    }

    [Fact]
    public async Task Takes_the_body_of_a_request_and_says_what_would_become_of_it()
    {
        var body = await OkAsync("""{"model":"flux-kontext-pro","prompt":"x","n":4,"aspect_ratio":"3:1","style":"vivid"}""");
        body.Text("cost").ShouldBe("0.14");
        body.Text("price_per_image").ShouldBe("0.035");
        ((double)body.GetProperty("width").GetInt32() / body.GetProperty("height").GetInt32()).ShouldBe(7 / 3.0, 0.05);
        body.GetProperty("warnings").EnumerateArray().Select(warning => warning.Text("param")).ShouldBe(["aspect_ratio", "style"], ignoreOrder: true);
        body.GetProperty("channels")[0].GetString().ShouldBe("sandbox");
        body.GetProperty("sandbox").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Nothing_is_run_or_held()
    {
        using var client = await _gateway.NewKeyAsync(new { name = "poor", budget = new { amount = "0" } });
        await OkAsync("""{"model":"flux-kontext-max","prompt":"x","n":10}""", client);
        (await (await client.GetAsync("/v1/images/generations")).JsonAsync()).GetProperty("data").GetArrayLength().ShouldBe(0);
        Directory.GetFileSystemEntries(Path.Combine(_gateway.Folder, "inputs")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"size":"1024x1024","quality":"low"}""", "0.011")]
    [InlineData("""{"size":"1536x1024","quality":"low"}""", "0.016")]
    [InlineData("""{"quality":"high"}""", "0.25")]
    [InlineData("""{"quality":"high","size":"auto"}""", "0.25")]
    [InlineData("""{"quality":"high","aspect_ratio":"1:1"}""", "0.167")]
    [InlineData("""{"size":"1024x1024"}""", "0.167")]
    [InlineData("""{"quality":"high","image":"https://a.example/x.png"}""", "0.25")]
    public async Task What_is_left_open_is_priced_at_the_most_it_can_reach(string parameters, string price) =>
        (await OkAsync("""{"model":"gpt-image-1","prompt":"x",""" + parameters[1..])).Text("cost").ShouldBe(price);

    [Fact]
    public async Task Prices_a_variation_which_has_no_words() =>
        (await OkAsync("""{"model":"dall-e-2","image":"https://a.example/x.png"}""")).Text("cost").ShouldBe("0.02");

    [Theory]
    [InlineData("""{"count":0}""")]
    [InlineData("""{"count":10001}""")]
    [InlineData("""{"count":"many"}""")]
    [InlineData("""{"n":11}""")]
    [InlineData("""{"n":18446744073686646784}""")]
    [InlineData("""{"aspect_ratio":"0:1"}""")]
    [InlineData("""{"webhook_url":"ftp://a/b"}""")]
    [InlineData("""{"partial_images":4}""")]
    [InlineData("""{"stream":"perhaps"}""")]
    [InlineData("""{"async":"perhaps"}""")]
    public async Task Refuses_what_the_door_refuses(string parameters)
    {
        using var answer = await PostAsync("""{"prompt":"x",""" + parameters[1..], _gateway.Client);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private static Task<HttpResponseMessage> PostAsync(string json, HttpClient client) =>
        client.PostAsync("/v1/images/estimate", new StringContent(json, Encoding.UTF8, "application/json"));

    private async Task<JsonElement> OkAsync(string json, HttpClient? client = null)
    {
        using var answer = await PostAsync(json, client ?? _gateway.Client);
        var body = await answer.JsonAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body.ToString());
        return body;
    }
}
