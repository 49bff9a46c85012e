using System.Net;
using System.Text;
using System.Text.Json;

namespace Pictor.Tests.Api.Jobs;

public sealed class WaitingTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private const string Generations = "/v1/images/generations";
    private const string Fast = """{"model":"sandbox","size":"64x64","prompt":"x"}""";
    private const string SlowChat = """{"model":"sandbox","size":"64x64","messages":[{"role":"user","content":"x [sandbox: delay=2s]"}]}""";
    private const string Slow = """{"model":"sandbox","size":"64x64","prompt":"x [sandbox: delay=2s]"}""";

    private readonly TestGateway _gateway = running.Gateway;

    [Theory]
    [InlineData("x-stainless-read-timeout", "0.5")]
    [InlineData("x-stainless-timeout", "1")]
    public async Task An_sdk_gets_an_answer_before_it_gives_up(string header, string seconds)
    {
        using var answer = await SendAsync(Generations, Slow, header, seconds);
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
        using var answer = await SendAsync(Generations, Fast, "x-stainless-read-timeout", seconds);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(Generations, Slow)]
    [InlineData("/v1/chat/completions", SlowChat)]
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
        using var answer = await SendAsync(Generations, Slow.Replace("2s", "2s, fail=moderated"), "Pictor-Keep-Alive", "1");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()).Error().Text("code").ShouldBe("content_policy_violation");
    }

    [Fact]
    public async Task Blanks_are_asked_for_in_seconds()
    {
        using var answer = await SendAsync(Generations, Slow, "Pictor-Keep-Alive", "0");
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_preference_is_cut_to_what_an_sdk_will_wait_for()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Generations) { Content = Json(Slow) };
        request.Headers.TryAddWithoutValidation("Prefer", "wait=60");
        request.Headers.TryAddWithoutValidation("x-stainless-read-timeout", "1");
        using var answer = await _gateway.Client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    [Theory]
    [InlineData(Generations, Slow)]
    [InlineData("/v1/chat/completions", SlowChat)]
    public async Task A_key_turns_its_calls_into_a_202(string door, string body)
    {
        using var client = await _gateway.NewKeyAsync(new { name = "behind a proxy", waiting = new { seconds = 1, then = "accepted" } });
        using var answer = await client.PostAsync(door, Json(body));
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await answer.JsonAsync()).Text("status").ShouldBe("running");
        using var found = await client.GetAsync(answer.Headers.Location + "?wait=60");
        (await found.JsonAsync()).Text("status").ShouldBe("succeeded");
    }

    [Theory]
    [InlineData(Generations, Slow)]
    [InlineData("/v1/chat/completions", SlowChat)]
    public async Task A_key_keeps_its_calls_alive_with_blanks(string door, string body)
    {
        using var client = await _gateway.NewKeyAsync(new { name = "behind a proxy", waiting = new { seconds = 1, then = "blank" } });
        using var answer = await client.PostAsync(door, Json(body));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var text = await answer.Content.ReadAsStringAsync();
        text.ShouldStartWith(" ");
        JsonSerializer.Deserialize<JsonElement>(text).TryGetProperty("error", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_fast_answer_of_such_a_key_is_the_ordinary_one()
    {
        using var client = await _gateway.NewKeyAsync(new { name = "behind a proxy", waiting = new { seconds = 60, then = "accepted" } });
        using var answer = await client.PostAsync(Generations, Json(Fast));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_a_call_asks_for_itself_beats_its_key()
    {
        using var client = await _gateway.NewKeyAsync(new { name = "behind a proxy", waiting = new { seconds = 1, then = "accepted" } });
        using var request = new HttpRequestMessage(HttpMethod.Post, Generations) { Content = Json(Slow) };
        request.Headers.Add("Prefer", "wait=60");
        using var answer = await client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(Generations, Slow)]
    [InlineData("/v1/chat/completions", SlowChat)]
    public async Task A_stream_of_such_a_key_stays_a_stream(string door, string body)
    {
        using var client = await _gateway.NewKeyAsync(new { name = "behind a proxy", waiting = new { seconds = 1, then = "accepted" } });
        using var answer = await client.PostAsync(door, Json(body.Replace("{\"model\"", "{\"stream\":true,\"model\"")));
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        (await answer.Content.ReadAsStringAsync()).ShouldNotContain("error");
    }

    [Fact]
    public async Task A_key_for_relay_nodes_names_its_jobs_with_a_200()
    {
        using var client = await _gateway.NewKeyAsync(new { name = "nodes", waiting = new { accepted_status = 200 } });
        using var answer = await client.PostAsync(Generations + "?async=true&webhook=http://example.com/hook", Json(Slow));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var task = (await answer.JsonAsync()).Text("task_id");
        await Eventually.TrueAsync(async () => (await (await client.GetAsync("/v1/images/tasks/" + task)).JsonAsync()).GetProperty("data").Text("status") == "SUCCESS");
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private async Task<HttpResponseMessage> SendAsync(string door, string body, string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, door) { Content = Json(body) };
        request.Headers.TryAddWithoutValidation(header, value);
        return await _gateway.Client.SendAsync(request);
    }
}
