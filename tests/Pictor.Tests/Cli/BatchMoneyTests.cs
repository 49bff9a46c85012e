using System.Globalization;
using System.Text.Json;

namespace Pictor.Tests.Cli;

/// <summary>What <c>--max-cost</c> counts: all that was charged, and all that may have been.</summary>
public sealed class BatchMoneyTests
{
    private const string Rows = "prompt\none\ntwo\nthree\nfour\nfive\n";
    private static readonly string[] Line = ["batch", "jobs.csv", "-c", "1", "--price", "0.04", "--max-cost", "0.05"];

    public static TheoryData<string, int, string> MayBeCharged => new()
    {
        { "a link that is dead", 200, """{"created":1,"data":[{"url":"RELAYgone.png"}]}""" },
        { "bytes that are no picture", 200, """{"created":1,"data":[{"b64_json":"PGh0bWw+"}]}""" },
        { "no pictures", 200, """{"created":1,"data":[]}""" },
        { "half an answer", 200, """{"created":1,"da""" },
        { "a fault behind the door", 502, """{"error":{"message":"broke"}}""" },
        { "a proxy's page", 504, "<html>Gateway Timeout</html>" },
        { "a line that breaks", 0, "" },
        { "an end that nobody knows", 200, """{"id":"gen_1","status":"failed","error":{"message":"lost","code":"upstream_outcome_unknown"}}""" },
        { "a call that was held too long", 200, """{"error":{"message":"The job gen_1 is still running.","code":"still_running"}}""" },
    };

    public static TheoryData<string, int, string, string?> ChargesNothing => new()
    {
        { "a refusal", 400, """{"error":{"message":"no"}}""", null },
        { "a refusal with a good status", 200, """{"error":"no channel"}""", null },
        { "a web page where a door should be", 200, "<!doctype html><title>Relay</title>", null },
        { "a fault that says so in its header", 502, """{"error":{"message":"broke"}}""", "0.00" },
        { "a job that failed", 200, """{"id":"gen_1","status":"failed","error":{"message":"no","code":"upstream_failed"}}""", null },
        { "a job that says so", 200, """{"id":"gen_1","status":"failed","cost":"0.00","error":{"message":"lost","code":"upstream_outcome_unknown"}}""", null },
    };

    [Theory]
    [MemberData(nameof(MayBeCharged))]
    public async Task A_row_that_may_have_been_charged_takes_its_price_from_what_may_be_spent(string what, int status, string answer)
    {
        await using var relay = await StartAsync(status, answer);
        using var cli = new CliRun(relay.Address);
        cli.Write("jobs.csv", Rows);
        var run = await cli.RunAsync(Line);
        run.Error.ShouldContain("--max-cost 0.05", customMessage: what);
        run.Error.ShouldContain("0.04 USD, 0.04 of it perhaps");
        Posts(relay).ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(ChargesNothing))]
    public async Task A_row_that_cannot_have_been_charged_takes_nothing(string what, int status, string answer, string? cost)
    {
        await using var relay = await StartAsync(status, answer, cost);
        using var cli = new CliRun(relay.Address);
        cli.Write("jobs.csv", Rows);
        var run = await cli.RunAsync(Line);
        Posts(relay).ShouldBe(5, what);
        run.Error.ShouldContain(" 0.00 USD\n");
    }

    [Theory]
    [InlineData("0.01", null)]
    [InlineData(null, "0.01")]
    public async Task What_the_answer_says_of_its_cost_counts_and_not_the_price(string? header, string? member)
    {
        var told = member is null ? "" : string.Create(CultureInfo.InvariantCulture, $"\"cost\":\"{member}\",");
        await using var relay = await StartAsync(200, "{" + told + "\"data\":[{\"url\":\"RELAYgone.png\"}]}", header);
        using var cli = new CliRun(relay.Address);
        cli.Write("jobs.csv", Rows);
        var run = await cli.RunAsync(Line);

        // One and one, and the next could cost four.
        Posts(relay).ShouldBe(2);
        run.Error.ShouldContain(" 0.02 USD\n");
    }

    [Fact]
    public async Task Where_no_price_is_known_the_summary_says_so()
    {
        await using var relay = await FakeRelay.StartAsync((http, _) => FakeRelay.OnePictureAsync(http));
        using var cli = new CliRun(relay.Address);
        cli.Write("jobs.csv", "prompt\none\ntwo\n");
        (await cli.RunAsync("batch", "jobs.csv")).Error.ShouldContain(" 0.00 USD, and 2 rows whose cost the server does not tell");
        (await cli.RunAsync("batch", "jobs.csv", "--again", "--price", "0.04")).Error.ShouldContain(" 0.08 USD\n");
    }

    [Fact]
    public async Task A_disk_that_takes_no_file_does_not_make_a_paid_row_free()
    {
        await using var relay = await FakeRelay.StartAsync((http, _) => FakeRelay.OnePictureAsync(http));
        using var cli = new CliRun(relay.Address);
        cli.Write("jobs.csv", "prompt,output\none,taken\n");
        Directory.CreateDirectory(cli.PathOf("outputs/taken.png/full"));
        var run = await cli.RunAsync(Line);
        run.Code.ShouldBe(1, run.Error);
        run.Error.ShouldContain("0.04 USD, 0.04 of it perhaps");
    }

    [Fact]
    public async Task What_is_paid_is_fetched_with_an_empty_purse_and_nothing_is_begun()
    {
        var isAlive = false;
        FakeRelay relay = null!;
        await using var running = relay = await FakeRelay.StartAsync(async (http, _) =>
        {
            if (http.Request.Method == "POST")
            {
                await FakeRelay.JsonAsync(http, 200, $$"""{"data":[{"url":"{{relay.Address}}p.png"}]}""");
                return;
            }

            http.Response.StatusCode = isAlive ? 200 : 404;
            await http.Response.Body.WriteAsync(Convert.FromBase64String(FakeRelay.Pixel));
        });
        using var cli = new CliRun(relay.Address);
        cli.Write("jobs.csv", "prompt\nold\n");
        await cli.RunAsync(Line);
        isAlive = true;
        cli.Write("jobs.csv", "prompt\nnew\nold\n");
        var run = await cli.RunAsync("batch", "jobs.csv", "-c", "1", "--price", "0.04", "--max-cost", "0.01", "--resume");
        run.Lines.ShouldBe(["outputs/0002-old.png"], run.Error);
        run.Error.ShouldContain(" 0.00 USD\n");
        Posts(relay).ShouldBe(1);
    }

    [Fact]
    public async Task A_row_whose_job_has_failed_is_not_sent_again_beyond_what_may_be_spent()
    {
        await using var relay = await FakeRelay.StartAsync((http, _) => http.Request.Method == "POST"
            ? FakeRelay.JsonAsync(http, 202, """{"id":"gen_1","status":"queued"}""")
            : FakeRelay.JsonAsync(http, http.Request.Query.ContainsKey("wait") ? 401 : 200, """{"id":"gen_1","status":"failed","error":{"message":"no","code":"upstream_failed"}}"""));
        using var cli = new CliRun(relay.Address);
        cli.Write("jobs.csv", "prompt\none\n");
        (await cli.RunAsync(Line)).Error.ShouldContain("pictor job gen_1");
        var run = await cli.RunAsync("batch", "jobs.csv", "--price", "0.04", "--max-cost", "0.01", "--resume");
        run.Error.ShouldContain("--max-cost 0.01");
        Posts(relay).ShouldBe(1);
    }

    [Fact]
    public async Task A_price_that_could_not_be_asked_is_asked_again()
    {
        var asked = 0;
        await using var relay = await FakeRelay.StartAsync((http, _) => http.Request.Path != "/v1/images/estimate" ? FakeRelay.OnePictureAsync(http)
            : Interlocked.Increment(ref asked) == 1 ? FakeRelay.JsonAsync(http, 500, """{"error":{"message":"broke"}}""") : FakeRelay.JsonAsync(http, 200, """{"cost":"0.04"}"""));
        using var cli = new CliRun(relay.Address);
        cli.Write("jobs.csv", Rows);
        var run = await cli.RunAsync("batch", "jobs.csv", "-c", "1", "--max-cost", "0.12");
        run.Error.ShouldContain("line 2: broke");
        run.Lines.Length.ShouldBe(3, run.Error);
        run.Error.ShouldContain(" 0.12 USD\n");
    }

    private static async Task<FakeRelay> StartAsync(int status, string answer, string? cost = null)
    {
        FakeRelay relay = null!;
        return relay = await FakeRelay.StartAsync((http, _) =>
        {
            if (http.Request.Method == "GET")
            {
                return FakeRelay.JsonAsync(http, 404, """{"error":{"message":"Unknown path"}}""");
            }

            if (cost is not null)
            {
                http.Response.Headers["x-pictor-cost"] = cost;
            }

            if (status == 0)
            {
                http.Abort();
                return Task.CompletedTask;
            }

            return FakeRelay.JsonAsync(http, status, answer.Replace("RELAY", relay.Address.AbsoluteUri, StringComparison.Ordinal));
        });
    }

    private static int Posts(FakeRelay relay) => relay.Calls.Count(call => call.Body.ValueKind == JsonValueKind.Object);
}
