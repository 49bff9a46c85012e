using System.Net;

namespace Pictor.Tests.Api;

public sealed class ApiRoutesTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private readonly TestGateway _gateway = running.Gateway;

    [Theory]
    [InlineData("GET", "/nothing", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/nothing", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/v1/images/generations", HttpStatusCode.MethodNotAllowed)]
    [InlineData("PUT", "/v1/models", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/v1/images/generations/gen_nope", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/models/nope", HttpStatusCode.NotFound)]
    public async Task What_is_not_there_is_said_in_OpenAIs_words(string method, string path, HttpStatusCode status)
    {
        using var answer = await _gateway.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        answer.StatusCode.ShouldBe(status);
        (await answer.JsonAsync()).Error().Text("type").ShouldBe("invalid_request_error");
        answer.Headers.GetValues("x-request-id").Single().ShouldStartWith("req_");
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/docs/index.html")]
    public async Task These_need_no_key(string path)
    {
        using var client = _gateway.ClientWith(null);
        (await client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Browsers_may_ask_first_without_a_key()
    {
        using var client = _gateway.ClientWith(null);
        using var request = new HttpRequestMessage(HttpMethod.Options, "/v1/images/generations");
        request.Headers.Add("Origin", "https://app.example");
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type,x-stainless-lang");
        using var answer = await client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        answer.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe(["*"]);
        answer.Headers.GetValues("Access-Control-Allow-Headers").Single().ShouldContain("x-stainless-lang");
    }

    [Fact]
    public async Task Browsers_may_read_the_headers_that_matter()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        request.Headers.Add("Origin", "https://app.example");
        using var answer = await _gateway.Client.SendAsync(request);
        var exposed = answer.Headers.GetValues("Access-Control-Expose-Headers").Single();
        exposed.ShouldContain("x-request-id");
        exposed.ShouldContain("Retry-After");
    }

    [Fact]
    public async Task Errors_can_be_read_by_browsers_too()
    {
        using var client = _gateway.ClientWith("wrong");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        request.Headers.Add("Origin", "https://app.example");
        using var answer = await client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe(["*"]);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_a_413()
    {
        await using var gateway = await TestGateway.StartAsync(settings: "Pictor:Api:MaxBodyBytes=100000");
        using var answer = await gateway.Client.PostAsync("/v1/images/generations", new StringContent("{\"prompt\":\"" + new string('a', 110_000) + "\"}", System.Text.Encoding.UTF8, "application/json"));
        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await answer.JsonAsync()).Error().Text("code").ShouldBe("request_too_large");
    }
}
