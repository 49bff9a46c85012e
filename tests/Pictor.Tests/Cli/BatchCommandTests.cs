using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Pictor.Cli;

namespace Pictor.Tests.Cli;

public sealed class BatchCommandTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private readonly Uri _address = running.Gateway.Address;

    [Fact]
    public async Task Takes_a_spreadsheets_file_and_reports_broken_rows_with_their_lines()
    {
        using var cli = new CliRun(_address);
        cli.Write("jobs.csv", "\uFEFF提示词,比例,输出,备注\r\n\"一只, \"\"红\"\" 猫\",1:1,cat.png,x\r\nbroken \"row,1:1\r\na blue dog,16:9,\r\n,1:1,x\r\nescape,1:1,../x.png\r\na,b,c,d,e\r\nodd,1:1,,\r\n");
        var run = await cli.RunAsync("batch", "jobs.csv", "-m", "flux-kontext-pro", "-o", "out");
        run.Code.ShouldBe(5, run.Error);
        run.Lines.Order(StringComparer.Ordinal).ShouldBe(["out/0003-a-blue-dog.jpg", "out/0007-odd.jpg", "out/cat.png"]);
        run.Error.ShouldContain("columns that are not used: 备注");
        run.Error.ShouldContain("line 3: a quote is not closed");
        run.Error.ShouldContain("line 5: there is no prompt");
        run.Error.ShouldContain("line 6: The output name '../x.png' leaves the folder");
        run.Error.ShouldContain("line 7: 5 fields");
        var rows = Manifest(cli, "out");
        rows.Select(row => row.GetProperty("row").GetInt32()).ShouldBe([1, 2, 3, 4, 5, 6, 7]);
        rows[0].GetProperty("request").Text("prompt").ShouldBe("一只, \"红\" 猫");
        var file = rows[0].GetProperty("files")[0];
        file.Text("path").ShouldBe("cat.png");
        file.Text("sha256").ShouldBe(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(cli.PathOf("out/cat.png")))));
        file.GetProperty("width").GetInt32().ShouldBe(1024);
        File.Exists(cli.PathOf("x.png")).ShouldBeFalse();
    }

    [Fact]
    public async Task Takes_a_json_line_for_a_row()
    {
        using var cli = new CliRun(_address);
        cli.Write("jobs.jsonl", "{\"prompt\":\"one\",\"ratio\":\"16:9\",\"seed\":3}\n{oops}\n{\"prompt\":\"two\",\"aspect_ratio\":\"1:1\",\"n\":2,\"output\":\"sub/two.png\"}\n");
        var run = await cli.RunAsync("batch", "jobs.jsonl", "-m", "flux-kontext-pro", "-o", "out", "--json");
        run.Code.ShouldBe(5, run.Error);
        run.Lines.Length.ShouldBe(3);
        File.Exists(cli.PathOf("out/sub/two.png")).ShouldBeTrue();
        File.Exists(cli.PathOf("out/sub/two-2.png")).ShouldBeTrue();
        var rows = Manifest(cli, "out");
        rows[0].GetProperty("files")[0].GetProperty("seed").GetInt64().ShouldBe(3);
        rows[1].Text("status").ShouldBe("broken");
        run.Error.ShouldContain("line 2: the line is no JSON (byte 2)");
    }

    [Fact]
    public async Task Sends_what_signs_webhooks_and_keeps_it_out_of_the_manifest()
    {
        await using var relay = await FakeRelay.StartAsync((http, _) => FakeRelay.OnePictureAsync(http));
        using var cli = new CliRun(relay.Address);
        cli.Write("jobs.csv", "prompt,webhook_url,webhook_secret\none,https://example.com/a,secret-of-the-row\ntwo,,\n");
        var run = await cli.RunAsync("batch", "jobs.csv", "-c", "1", "--webhook-url", "https://example.com/b", "--webhook-secret", "secret-of-the-line");
        run.Code.ShouldBe(0, run.Error);
        relay.Calls.Select(call => (call.Body.Text("webhook_url"), call.Body.Text("webhook_secret")))
            .ShouldBe([("https://example.com/a", "secret-of-the-row"), ("https://example.com/b", "secret-of-the-line")]);
        (await File.ReadAllTextAsync(cli.PathOf("outputs/manifest.jsonl"))).ShouldNotContain("secret");
    }

    [Fact]
    public async Task Resumes_without_a_row_sent_twice()
    {
        using var cli = await PoorCliAsync();
        cli.Write("jobs.csv", "prompt\none\ntwo\n[sandbox: fail=moderated]\n");
        (await cli.RunAsync("batch", "jobs.csv", "-m", "sandbox")).Code.ShouldBe(5);
        var jobs = await JobsAsync(cli);
        (await cli.RunAsync("batch", "jobs.csv", "-m", "sandbox")).Code.ShouldBe(2);

        // New rows, another order: what is done stays done.
        cli.Write("jobs.csv", "prompt\nthree\ntwo\none\n");
        var run = await cli.RunAsync("batch", "jobs.csv", "-m", "sandbox", "--resume");
        run.Code.ShouldBe(0, run.Error);
        run.Lines.ShouldBe(["outputs/0001-three.png"]);
        (await JobsAsync(cli)).ShouldBe(jobs + 1);
    }

    [Theory]
    [InlineData("one,cat.png\ntwo,cat.png\n", "line 3: the output name cat.png is row 1's already")]
    [InlineData("one,cat\ntwo,CAT.png\n", "line 3: the output name CAT.png is row 1's already")]
    public async Task A_name_that_two_rows_want_stays_the_first_ones_also_when_a_later_run_resumes(string rows, string told)
    {
        using var cli = await PoorCliAsync();
        cli.Write("jobs.csv", "prompt,output\n" + rows);
        var first = await cli.RunAsync("batch", "jobs.csv", "-m", "sandbox", "--size", "64x64", "-c", "4");
        first.Code.ShouldBe(5);
        first.Error.ShouldContain(told);
        var picture = await File.ReadAllBytesAsync(cli.PathOf("outputs/cat.png"));

        // The picture of the first row is paid: no run may write another over it.
        var second = await cli.RunAsync("batch", "jobs.csv", "-m", "sandbox", "--size", "64x64", "-c", "4", "--resume");
        second.Code.ShouldBe(5);
        second.Error.ShouldContain(told);
        (await File.ReadAllBytesAsync(cli.PathOf("outputs/cat.png"))).ShouldBe(picture);
        (await JobsAsync(cli)).ShouldBe(1);
    }

    [Fact]
    public async Task The_further_pictures_of_a_row_are_not_written_over_either()
    {
        using var cli = await PoorCliAsync();
        cli.Write("jobs.csv", "prompt,n,output\none,2,cat.png\ntwo,1,cat-2.png\nthree,1,cat-2.jpg\n");
        var run = await cli.RunAsync("batch", "jobs.csv", "-m", "sandbox", "--size", "64x64");
        run.Error.ShouldContain("line 3: the output name cat-2.png is row 1's already");
        run.Lines.Order(StringComparer.Ordinal).ShouldBe(["outputs/cat-2.jpg", "outputs/cat-2.png", "outputs/cat.png"]);
        (await cli.RunAsync("batch", "jobs.csv", "-m", "sandbox", "--size", "64x64", "--dry-run")).Out.ShouldStartWith("2 rows, 3 pictures");
    }

    [Fact]
    public async Task Two_equal_rows_are_two_pictures()
    {
        using var cli = await PoorCliAsync();
        cli.Write("jobs.csv", "prompt\nsame\nsame\n");
        (await cli.RunAsync("batch", "jobs.csv", "-m", "sandbox")).Lines.Length.ShouldBe(2);
        (await JobsAsync(cli)).ShouldBe(2);
    }

    [Fact]
    public async Task A_lost_picture_is_fetched_again_from_its_job()
    {
        using var cli = await PoorCliAsync();
        cli.Write("jobs.csv", "prompt\none\n");
        (await cli.RunAsync("batch", "jobs.csv", "-m", "sandbox")).Code.ShouldBe(0);
        File.Delete(cli.PathOf("outputs/0001-one.png"));
        (await cli.RunAsync("batch", "jobs.csv", "-m", "sandbox", "--resume")).Lines.ShouldBe(["outputs/0001-one.png"]);
        (await JobsAsync(cli)).ShouldBe(1);
    }

    [Fact]
    public async Task Without_its_manifest_the_rows_keys_still_find_what_was_paid()
    {
        using var cli = await PoorCliAsync();
        cli.Write("jobs.csv", "prompt\none\n");
        (await cli.RunAsync("batch", "jobs.csv", "-m", "sandbox")).Code.ShouldBe(0);
        File.Delete(cli.PathOf("outputs/manifest.jsonl"));
        var run = await cli.RunAsync("batch", "jobs.csv", "-m", "sandbox", "--resume");
        run.Code.ShouldBe(0, run.Error);
        run.Error.ShouldContain("not paid again");
        (await JobsAsync(cli)).ShouldBe(1);
        (await cli.RunAsync("batch", "jobs.csv", "-m", "sandbox", "--again")).Code.ShouldBe(0);
        (await JobsAsync(cli)).ShouldBe(2);
    }

    [Fact]
    public async Task An_interrupt_leaves_the_rest_for_resume()
    {
        using var cli = await PoorCliAsync();
        cli.Write("jobs.csv", "prompt\n" + string.Concat(Enumerable.Range(1, 12).Select(i => $"[sandbox: delay=300ms] picture {i}\n")));
        using var interrupts = new Interrupts();
        var going = cli.RunAsync("", ["batch", "jobs.csv", "-m", "sandbox", "-c", "2"], interrupts: interrupts);
        await Eventually.TrueAsync(() => Directory.Exists(cli.PathOf("outputs")) && Directory.EnumerateFiles(cli.PathOf("outputs"), "*.png").Any());
        interrupts.Raise();
        var run = await going;
        run.Code.ShouldBe(2, run.Error);
        run.Lines.Length.ShouldBeInRange(1, 11);
        Directory.EnumerateFiles(cli.PathOf("outputs"), ".*").ShouldBeEmpty();
        (await cli.RunAsync("batch", "jobs.csv", "-m", "sandbox", "-c", "4", "--resume")).Code.ShouldBe(0);
        (await JobsAsync(cli)).ShouldBe(12);
        Directory.EnumerateFiles(cli.PathOf("outputs"), "*.png").Count().ShouldBe(12);
    }

    [Fact]
    public async Task A_killed_batch_goes_on_and_pays_no_row_twice()
    {
        using var cli = await PoorCliAsync();
        cli.Write("jobs.csv", "prompt\n" + string.Concat(Enumerable.Range(1, 20).Select(i => $"[sandbox: delay=200ms] picture {i}\n")));
        using (var process = Process.Start(cli.ProcessStart("batch", "jobs.csv", "-m", "sandbox", "-c", "4", "-q"))!)
        {
            (await process.StandardOutput.ReadLineAsync()).ShouldNotBeNull();
            process.Kill();
            await process.WaitForExitAsync();
        }

        var run = await cli.RunAsync("batch", "jobs.csv", "-m", "sandbox", "-c", "4", "--resume");
        run.Code.ShouldBe(0, run.Error);
        (await JobsAsync(cli)).ShouldBe(20);
        Directory.EnumerateFiles(cli.PathOf("outputs"), "*.png").Count().ShouldBe(20);
        Manifest(cli, "outputs").Select(row => row.Text("status")).ShouldAllBe(status => status == "done");
    }

    [Fact]
    public async Task Tells_the_price_and_sends_nothing_in_a_dry_run()
    {
        using var cli = await PoorCliAsync();
        cli.Write("jobs.csv", "prompt,n\none,1\ntwo,3\n,1\n");
        var run = await cli.RunAsync("batch", "jobs.csv", "-m", "flux-kontext-pro", "--dry-run");
        run.Code.ShouldBe(5);
        run.Out.ShouldStartWith("2 rows, 4 pictures: 0.14 USD (list price 0.16)");
        (await JobsAsync(cli)).ShouldBe(0);
        Directory.Exists(cli.PathOf("outputs")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_dry_run_tells_what_the_server_would_refuse()
    {
        using var cli = await PoorCliAsync();
        cli.Write("jobs.csv", "prompt,size,ratio\none,64x,\ntwo,,wide\nthree,,1:1\n");
        var run = await cli.RunAsync("batch", "jobs.csv", "-m", "flux-kontext-pro", "--dry-run");
        run.Code.ShouldBe(5);
        run.Error.ShouldContain("line 2: size must be");
        run.Error.ShouldContain("line 3: aspect_ratio must be");
        run.Out.ShouldStartWith("1 rows, 1 pictures: 0.035 USD");
    }

    [Fact]
    public async Task Stops_before_more_is_spent_than_allowed()
    {
        using var cli = await PoorCliAsync();
        cli.Write("jobs.csv", "prompt\none\ntwo\nthree\nfour\n");
        var run = await cli.RunAsync("batch", "jobs.csv", "-m", "flux-kontext-pro", "--max-cost", "0.08");
        run.Code.ShouldBe(5);
        run.Lines.Length.ShouldBe(2);
        (await JobsAsync(cli)).ShouldBe(2);
    }

    [Fact]
    public async Task Merges_pairs_with_one_prompt()
    {
        await using var relay = await FakeRelay.StartAsync((http, _) => FakeRelay.OnePictureAsync(http));
        using var cli = new CliRun(relay.Address);
        cli.Write("pairs.txt", "https://example.com/a.png|https://example.com/b.png\n\nhttps://example.com/c.png\nhttps://example.com/d.png | https://example.com/e.png\n");
        var run = await cli.RunAsync("batch", "--pairs", "pairs.txt", "--prompt", "merge them");
        run.Code.ShouldBe(5);
        run.Error.ShouldContain("line 3: a line is two pictures");
        relay.Calls.Where(call => call.Path.EndsWith("generations", StringComparison.Ordinal)).Select(call => call.Body.Text("prompt")).Order(StringComparer.Ordinal)
            .ShouldBe(["https://example.com/a.png https://example.com/b.png merge them", "https://example.com/d.png https://example.com/e.png merge them"]);
    }

    [Fact]
    public async Task A_row_whose_outcome_nobody_knows_is_not_sent_again_by_itself()
    {
        var calls = 0;
        await using var relay = await FakeRelay.StartAsync((http, _) => http.Request.Method == "GET" ? FakeRelay.JsonAsync(http, 404, "{}")
            : Interlocked.Increment(ref calls) == 1 ? FakeRelay.JsonAsync(http, 502, """{"error":{"message":"broke"}}""") : FakeRelay.OnePictureAsync(http));
        using var cli = new CliRun(relay.Address);
        cli.Write("jobs.csv", "prompt\none\n");
        (await cli.RunAsync("batch", "jobs.csv")).Code.ShouldBe(1);
        var run = await cli.RunAsync("batch", "jobs.csv", "--resume");
        run.Error.ShouldContain("--retry-unknown");
        calls.ShouldBe(1);
        (await cli.RunAsync("batch", "jobs.csv", "--resume", "--retry-unknown")).Code.ShouldBe(0);
        calls.ShouldBe(2);
    }

    [Fact]
    public async Task An_empty_purse_ends_the_batch()
    {
        await using var relay = await FakeRelay.StartAsync((http, _) => FakeRelay.JsonAsync(http, 402, """{"error":{"message":"No balance.","code":"insufficient_quota"}}"""));
        using var cli = new CliRun(relay.Address);
        cli.Write("jobs.csv", "prompt\n" + string.Concat(Enumerable.Range(1, 50).Select(i => $"picture {i}\n")));
        (await cli.RunAsync("batch", "jobs.csv", "-c", "2")).Code.ShouldBe(6);
        relay.Calls.Count.ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task A_list_in_another_encoding_says_so()
    {
        using var cli = new CliRun(_address);
        await File.WriteAllBytesAsync(cli.PathOf("gbk.csv"), [.. "prompt\n"u8, 0xCC, 0xE1, 0xCA, 0xBE, (byte)'\n']);
        var run = await cli.RunAsync("batch", "gbk.csv");
        run.Code.ShouldBe(2);
        run.Error.ShouldContain("UTF-8");
    }

    private static JsonElement[] Manifest(CliRun cli, string folder) =>
        [.. File.ReadLines(cli.PathOf(folder + "/manifest.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];

    // A key of its own: its list of jobs is the judge of what was sent.
    private async Task<CliRun> PoorCliAsync()
    {
        using var client = await running.Gateway.NewKeyAsync();
        return new CliRun(_address, client.DefaultRequestHeaders.Authorization!.Parameter);
    }

    private static async Task<int> JobsAsync(CliRun cli) => (await cli.RunAsync("jobs", "-n", "1000")).Lines.Length;
}
