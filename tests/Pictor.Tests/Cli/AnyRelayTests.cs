using System.Text.Json;

namespace Pictor.Tests.Cli;

/// <summary>Servers that know only what OpenAI's do, or less.</summary>
public sealed class AnyRelayTests
{
    [Fact]
    public async Task Works_with_a_server_that_knows_nothing_of_ours()
    {
        await using var relay = await FakeRelay.StartAsync((http, _) => FakeRelay.OnePictureAsync(http));
        using var cli = new CliRun(relay.Address);
        var run = await cli.RunAsync("a cat", "-m", "any", "-p", "guidance=3.5", "-p", "tags=[\"a\",\"b\"]", "-p", "code=007", "-i", "https://example.com/a.png");
        run.Lines.ShouldBe(["outputs/a-cat.png"]);
        var (path, body, headers) = relay.Calls.ShouldHaveSingleItem();
        path.ShouldBe("/v1/images/generations");
        body.GetRawText().ShouldBe("""{"model":"any","guidance":3.5,"tags":["a","b"],"code":"007","prompt":"https://example.com/a.png a cat"}""");
        headers.Authorization.ToString().ShouldBe("Bearer " + TestGateway.AdminKey);
    }

    [Fact]
    public async Task Sends_a_file_and_a_link_together_in_their_order()
    {
        await using var relay = await FakeRelay.StartAsync((http, _) => FakeRelay.OnePictureAsync(http));
        using var cli = new CliRun(relay.Address);
        File.WriteAllBytes(cli.PathOf("ref.png"), Convert.FromBase64String(FakeRelay.Pixel));
        (await cli.RunAsync("a cat", "-i", "ref.png", "-i", "https://example.com/a.png")).Code.ShouldBe(0);
        relay.Calls.Single().Body.GetProperty("image").EnumerateArray().Select(item => item.GetString())
            .ShouldBe(["data:image/png;base64," + FakeRelay.Pixel, "https://example.com/a.png"]);
    }

    [Fact]
    public async Task A_refused_quality_is_left_out_with_a_notice()
    {
        await using var relay = await FakeRelay.StartAsync((http, body) => body.TryGetProperty("quality", out _)
            ? FakeRelay.JsonAsync(http, 400, """{"error":{"message":"Unknown parameter: 'quality'.","type":"invalid_request_error","param":"quality","code":null}}""")
            : FakeRelay.OnePictureAsync(http));
        using var cli = new CliRun(relay.Address);
        var run = await cli.RunAsync("--prompt", "x", "--quality", "high");
        run.Code.ShouldBe(0);
        run.Error.ShouldContain("trying without it");
        relay.Calls.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(200, "<!doctype html><title>Relay</title>", "web page")]
    [InlineData(502, "<html>bad gateway</html>", "web page")]
    [InlineData(500, "oops\e[31m", "oops")]
    [InlineData(200, """{"error":"no channel"}""", "no channel")]
    [InlineData(200, """{"created":1,"data":[]}""", "no picture")]
    [InlineData(200, """{"created":1,"data":[{"b64_json":"PGh0bWw+"}]}""", "no picture")]
    public async Task An_answer_without_a_picture_is_told_in_one_line(int status, string text, string told)
    {
        await using var relay = await FakeRelay.StartAsync((http, _) => FakeRelay.JsonAsync(http, status, text));
        using var cli = new CliRun(relay.Address);
        var run = await cli.RunAsync("x");
        run.Code.ShouldBe(1);
        run.Error.ShouldContain(told);
        run.Error.ShouldNotContain("\e");
        run.Error.Count(character => character == '\n').ShouldBe(1);
        Directory.EnumerateFiles(cli.Folder, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task Comes_back_when_the_server_says_so()
    {
        var refusals = 0;
        await using var relay = await FakeRelay.StartAsync((http, _) =>
        {
            http.Response.Headers.RetryAfter = "0";
            return Interlocked.Increment(ref refusals) <= 2 ? FakeRelay.JsonAsync(http, 429, """{"error":{"message":"Slow down.","code":"rate_limit_exceeded"}}""") : FakeRelay.OnePictureAsync(http);
        });
        using var cli = new CliRun(relay.Address);
        (await cli.RunAsync("x")).Code.ShouldBe(0);
        relay.Calls.Select(call => call.Headers["Idempotency-Key"].ToString()).Distinct().ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(504)]
    public async Task What_may_have_been_billed_is_not_sent_again(int status)
    {
        await using var relay = await FakeRelay.StartAsync((http, _) => FakeRelay.JsonAsync(http, status, """{"error":{"message":"broke"}}"""));
        using var cli = new CliRun(relay.Address);
        (await cli.RunAsync("x")).Code.ShouldBe(1);
        relay.Calls.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(402, "insufficient_quota", 6)]
    [InlineData(429, "insufficient_quota", 6)]
    [InlineData(403, "forbidden", 4)]
    [InlineData(400, "content_policy_violation", 3)]
    public async Task The_code_says_what_kind_of_failure_it_was(int status, string code, int exit)
    {
        await using var relay = await FakeRelay.StartAsync((http, _) => FakeRelay.JsonAsync(http, status, JsonSerializer.Serialize(new { error = new { message = "no", code } })));
        using var cli = new CliRun(relay.Address);
        (await cli.RunAsync("x")).Code.ShouldBe(exit);
        relay.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_key_does_not_follow_a_link_to_another_place()
    {
        await using var files = await FakeRelay.StartAsync(async (http, _) =>
        {
            http.Response.StatusCode = http.Request.Headers.Authorization.Count > 0 ? 200 : 403;
            await http.Response.Body.WriteAsync(Convert.FromBase64String(FakeRelay.Pixel));
        });
        await using var relay = await FakeRelay.StartAsync((http, _) => FakeRelay.JsonAsync(http, 200, $$"""{"data":[{"url":"{{files.Address}}p.png"}]}"""));
        using var cli = new CliRun(relay.Address);
        (await cli.RunAsync("x")).Code.ShouldBe(1);
        files.Calls.ShouldNotBeEmpty();
        files.Calls.ShouldAllBe(call => call.Headers.Authorization.Count == 0);
    }
}
