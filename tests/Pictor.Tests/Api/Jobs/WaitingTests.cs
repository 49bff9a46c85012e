using System.Net;
using System.Text;
using System.Text.Json;

namespace Pictor.Tests.Api.Jobs;

public sealed class WaitingTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private const string Slow = """{"model":"sandbox","size":"64x64","prompt":"x [sandbox: delay=2s]"}""";

    private readonly TestGateway _gateway = running.Gateway;

    [Theory]
    [InlineData("x-stainless-read-timeout", "0.5")]
    [InlineData("x-stainless-timeout", "1")]
    public async Task An_sdk_gets_an_answer_before_it_gives_up(string header, string seconds)
    {
        using var answer = await SendAsync("/v1/images/generations", Slow, header, seconds);
        answer.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        answer.Headers.GetValues("x-should-retry").ShouldBe(["false"]);
        answer.Headers.Location!.ToString().ShouldContain("gen_");
        (await answer.JsonAsync()).Error().Text("code").ShouldBe("still_running");
        using var found = await _gateway.Client.GetAsync(answer.Headers.Location + "?wait=60");
        (await found.JsonAsync()).Text("status").ShouldBe("succeeded");
    }

    [Theory]
    [InlineData("600")]
    [InlineData("not a number")]
    [InlineData("-1")]
    public async Task A_long_or_strange_hint_changes_nothing(string seconds)
    {
        using var answer = await SendAsync("/v1/images/generations", """{"model":"sandbox","size":"64x64","prompt":"x"}""", "x-stainless-read-timeout", seconds);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/v1/images/generations", Slow)]
    [InlineData("/v1/chat/completions", """{"model":"sandbox","size":"64x64","messages":[{"role":"user","content":"x [sandbox: delay=2s]"}]}""")]
    public async Task Blanks_before_the_json_keep_a_connection_alive(string door, string body)
    {
        using var answer = await SendAsync(door, body, "Pictor-Keep-Alive", "1");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var text = await answer.Content.ReadAsStringAsync();
        text.ShouldStartWith(" ");
        JsonSerializer.Deserialize<JsonElement>(text).TryGetProperty("error", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task What_fails_behind_a_blank_is_an_error_in_the_body()
    {
        using var answer = await SendAsync("/v1/images/generations", Slow.Replace("2s", "2s, fail=moderated"), "Pictor-Keep-Alive", "1");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()).Error().Text("code").ShouldBe("content_policy_violation");
    }

    [Fact]
    public async Task Blanks_are_asked_for_in_seconds()
    {
        using var answer = await SendAsync("/v1/images/generations", Slow, "Pictor-Keep-Alive", "0");
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private async Task<HttpResponseMessage> SendAsync(string door, string body, string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, door) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation(header, value);
        return await _gateway.Client.SendAsync(request);
    }
}
