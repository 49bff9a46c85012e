using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Pictor.Tests.Cli;

/// <summary>A job that was accepted is not let go: not for a proxy's page, and not without its id.</summary>
public sealed class OpenJobTests
{
    private const string Accepted = """{"id":"gen_1","object":"image.generation","status":"queued"}""";
    private const string Page = "<html><title>502 Bad Gateway</title></html>";
    private const string Done = "{\"id\":\"gen_1\",\"object\":\"image.generation\",\"status\":\"succeeded\",\"cost\":\"0.04\",\"data\":[{\"b64_json\":\"" + FakeRelay.Pixel + "\"}]}";

    [Theory]
    [InlineData(502, Page)]
    [InlineData(500, """{"error":{"message":"broke"}}""")]
    [InlineData(200, Page)]
    [InlineData(0, "")]
    public async Task A_question_that_finds_only_a_proxy_is_asked_again(int status, string text)
    {
        var asked = 0;
        await using var relay = await StartAsync(http => Interlocked.Increment(ref asked) == 1 ? AnswerAsync(http, status, text) : FakeRelay.JsonAsync(http, 200, Done));
        using var cli = new CliRun(relay.Address);
        var run = await cli.RunAsync("x");
        run.Code.ShouldBe(0, run.Error);
        run.Lines.ShouldBe(["outputs/x.png"]);
        run.Error.ShouldContain("Trying again");
        Posts(relay).ShouldBe(1);
    }

    [Theory]
    [InlineData(502, Page)]
    [InlineData(401, """{"error":{"message":"Invalid token"}}""")]
    [InlineData(200, """{"id":"gen_1","object":"image.generation","status":"running"}""")]
    public async Task Whatever_ends_the_wait_the_job_is_named(int status, string text)
    {
        await using var relay = await StartAsync(http => AnswerAsync(http, status, text));
        using var cli = new CliRun(relay.Address);
        (await cli.RunAsync("x", "-q", "--timeout", "3")).Error.ShouldContain("pictor job gen_1");
        var run = await cli.RunAsync("x", "--json", "--timeout", "3");
        run.Code.ShouldBe(status == 401 ? 4 : 1);
        JsonDocument.Parse(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]).RootElement.Error().Text("job").ShouldBe("gen_1");
    }

    [Fact]
    public async Task A_picture_that_was_made_and_not_fetched_is_named_by_its_job()
    {
        await using var relay = await StartAsync(http => FakeRelay.JsonAsync(http, 200, """{"id":"gen_1","object":"image.generation","status":"succeeded","data":[{"url":"http://127.0.0.1:1/p.png"}]}"""));
        using var cli = new CliRun(relay.Address);
        var run = await cli.RunAsync("x");
        run.Code.ShouldBe(1);
        run.Error.ShouldContain("pictor job gen_1 --save");
    }

    [Theory]
    [InlineData(502, Page)]
    [InlineData(401, """{"error":{"message":"Invalid token"}}""")]
    [InlineData(429, """{"error":{"message":"Slow down."}}""")]
    public async Task A_row_keeps_its_job_for_resume(int status, string text)
    {
        var isUp = false;
        await using var relay = await StartAsync(http => isUp ? FakeRelay.JsonAsync(http, 200, Done) : AnswerAsync(http, status, text));
        using var cli = new CliRun(relay.Address);
        cli.Write("jobs.csv", "prompt\none\n");
        string[] line = ["batch", "jobs.csv", "--timeout", "3", "--retries", "0", "--price", "0.04", "--max-cost", "1"];
        var lost = await cli.RunAsync(line);
        lost.Error.ShouldContain("pictor job gen_1");
        lost.Error.ShouldContain("0.04 USD, 0.04 of it perhaps");
        Row(cli).ShouldBe(("accepted", "gen_1"));

        // The same once more: what the earlier run knew is not forgotten.
        await cli.RunAsync([.. line, "--resume"]);
        Row(cli).ShouldBe(("accepted", "gen_1"));
        isUp = true;
        var found = await cli.RunAsync([.. line, "--resume"]);
        found.Lines.ShouldBe(["outputs/0001-one.png"], found.Error);
        Posts(relay).ShouldBe(1);
    }

    [Fact]
    public async Task A_row_that_is_in_doubt_stays_so_when_it_cannot_be_sent_again()
    {
        var sent = 0;
        await using var relay = await FakeRelay.StartAsync((http, _) => http.Request.Method == "GET" ? FakeRelay.JsonAsync(http, 200, """{"object":"list","data":[]}""")
            : Interlocked.Increment(ref sent) == 1 ? AnswerAsync(http, 0, "") : FakeRelay.JsonAsync(http, 400, """{"error":{"message":"no"}}"""));
        using var cli = new CliRun(relay.Address);
        cli.Write("jobs.csv", "prompt\none\n");
        await cli.RunAsync("batch", "jobs.csv");
        Row(cli).Status.ShouldBe("unknown");
        await cli.RunAsync("batch", "jobs.csv", "--resume");
        sent.ShouldBe(2);
        Row(cli).Status.ShouldBe("unknown");
    }

    [Fact]
    public async Task The_life_of_a_rows_key_counts_from_the_first_time_that_it_was_sent()
    {
        await using var relay = await FakeRelay.StartAsync((http, _) => http.Request.Method == "GET" ? FakeRelay.JsonAsync(http, 200, """{"object":"list","data":[]}""") : AnswerAsync(http, 0, ""));
        using var cli = new CliRun(relay.Address);
        cli.Write("jobs.csv", "prompt\none\n");
        await cli.RunAsync("batch", "jobs.csv");
        var manifest = cli.PathOf("outputs/manifest.jsonl");
        var yesterday = DateTimeOffset.UtcNow.AddHours(-23).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        await File.WriteAllTextAsync(manifest, Regex.Replace(await File.ReadAllTextAsync(manifest), "\"at\":\"[^\"]+\"", $"\"at\":\"{yesterday}\""));
        await cli.RunAsync("batch", "jobs.csv", "--resume");
        Posts(relay).ShouldBe(2);
        JsonDocument.Parse(await File.ReadAllTextAsync(manifest)).RootElement.Text("at").ShouldBe(yesterday);
    }

    [Fact]
    public async Task Whether_a_server_keeps_jobs_is_not_guessed_from_a_fault_of_it()
    {
        var (sent, asked) = (0, 0);
        await using var relay = await FakeRelay.StartAsync((http, _) => http.Request.Method == "GET"
            ? Interlocked.Increment(ref asked) == 1 ? FakeRelay.JsonAsync(http, 500, Page) : FakeRelay.JsonAsync(http, 200, """{"object":"list","data":[]}""")
            : Interlocked.Increment(ref sent) == 1 ? AnswerAsync(http, 0, "") : FakeRelay.OnePictureAsync(http));
        using var cli = new CliRun(relay.Address);
        cli.Write("jobs.csv", "prompt\none\n");
        await cli.RunAsync("batch", "jobs.csv");
        (await cli.RunAsync("batch", "jobs.csv", "--resume")).Error.ShouldNotContain("--retry-unknown");
        Row(cli).Status.ShouldBe("unknown");
        (await cli.RunAsync("batch", "jobs.csv", "--resume")).Code.ShouldBe(0);
    }

    private static Task<FakeRelay> StartAsync(Func<HttpContext, Task> poll) => FakeRelay.StartAsync((http, _) =>
        http.Request.Method == "POST" ? FakeRelay.JsonAsync(http, 202, Accepted)
        : http.Request.Path == "/v1/images/generations/gen_1" ? poll(http)
        : FakeRelay.JsonAsync(http, 200, """{"object":"list","data":[]}"""));

    // 0 is a line that breaks without an answer.
    private static Task AnswerAsync(HttpContext http, int status, string text)
    {
        if (status > 0)
        {
            return FakeRelay.JsonAsync(http, status, text);
        }

        http.Abort();
        return Task.CompletedTask;
    }

    private static int Posts(FakeRelay relay) => relay.Calls.Count(call => call.Path == "/v1/images/generations" && call.Body.ValueKind == JsonValueKind.Object);

    private static (string Status, string? Job) Row(CliRun cli)
    {
        var row = JsonDocument.Parse(File.ReadLines(cli.PathOf("outputs/manifest.jsonl")).Single()).RootElement;
        return (row.Text("status"), row.TryGetProperty("job", out var job) ? job.GetString() : null);
    }
}
