using System.Text.Json;
using Pictor.FakeUpstreams;

namespace Pictor.Tests.Cli;

/// <summary>A <c>quality</c> that a model refuses is left out, once, with a notice: also where only the end of a job says so.</summary>
public sealed class RefusedQualityTests : IAsyncLifetime
{
    private FakeUpstream _fake = null!;
    private TestGateway _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _fake = await FakeUpstream.StartAsync();
        _gateway = await TestGateway.StartAsync(null, null,
            "Pictor:Channels:main:Provider=openai", $"Pictor:Channels:main:BaseUrl={new Uri(_fake.Address, "/openai/v1")}", $"Pictor:Channels:main:Credential={FakeOptions.UsualCredential}",
            "Pictor:Channels:main:Models=gpt-image-1", "Pictor:Upstream:Allow:tests=127.0.0.0/8:*", "Pictor:Upstream:RefusalTime=00:00:00");
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _fake.DisposeAsync();
    }

    [Theory]
    [InlineData("generate", "x")]
    [InlineData("edit", "a.png", "x")]
    public async Task A_job_that_failed_for_its_quality_is_made_without_it(params string[] words)
    {
        using var cli = new CliRun(_gateway.Address);
        await File.WriteAllBytesAsync(cli.PathOf("a.png"), Convert.FromBase64String(FakeRelay.Pixel));
        var run = await cli.RunAsync([.. words, "-m", "gpt-image-1", "--quality", "xhigh", "-o", "made.png"]);
        run.Code.ShouldBe(0, run.Error);
        run.Lines.ShouldBe(["made.png"]);
        run.Error.ShouldContain("trying without it");
        _fake.Record.Paid.ShouldHaveSingleItem().Parameters!.ContainsKey("quality").ShouldBeFalse();
    }

    [Fact]
    public async Task A_row_that_failed_for_its_quality_is_made_without_it_and_never_paid_again()
    {
        using var cli = new CliRun(_gateway.Address);
        cli.Write("jobs.csv", "prompt,quality\none,xhigh\n");
        string[] line = ["batch", "jobs.csv", "-m", "gpt-image-1"];
        var run = await cli.RunAsync(line);
        run.Code.ShouldBe(0, run.Error);
        run.Error.ShouldContain("trying without it");

        // Without its manifest the keys that follow from the row lead to the same picture.
        File.Delete(cli.PathOf("outputs/manifest.jsonl"));
        (await cli.RunAsync([.. line, "--resume"])).Error.ShouldContain("not paid again");
        _fake.Record.Paid.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task It_is_tried_once_and_under_a_key_of_its_own()
    {
        await using var relay = await FakeRelay.StartAsync((http, _) => http.Request.Method == "POST"
            ? FakeRelay.JsonAsync(http, 202, """{"id":"gen_1","status":"queued"}""")
            : FakeRelay.JsonAsync(http, 200, """{"id":"gen_1","status":"failed","error":{"message":"'quality' is not known.","code":"upstream_refused"}}"""));
        using var cli = new CliRun(relay.Address);
        (await cli.RunAsync("x", "--quality", "high")).Code.ShouldBe(1);
        var sent = relay.Calls.Where(call => call.Body.ValueKind == JsonValueKind.Object).ToArray();
        sent.Select(call => call.Body.TryGetProperty("quality", out _)).ShouldBe([true, false]);
        sent.Select(call => call.Headers["Idempotency-Key"].ToString()).Distinct().Count().ShouldBe(2);
    }

    [Theory]
    [InlineData("upstream_failed", "The quality could not be reached.")]
    [InlineData("upstream_refused", "The prompt is too long.")]
    public async Task Any_other_end_of_a_job_is_its_end(string code, string message)
    {
        await using var relay = await FakeRelay.StartAsync((http, _) => http.Request.Method == "POST"
            ? FakeRelay.JsonAsync(http, 202, """{"id":"gen_1","status":"queued"}""")
            : FakeRelay.JsonAsync(http, 200, JsonSerializer.Serialize(new { id = "gen_1", status = "failed", error = new { message, code } })));
        using var cli = new CliRun(relay.Address);
        (await cli.RunAsync("x", "--quality", "high")).Code.ShouldBe(1);
        relay.Calls.Count(call => call.Body.ValueKind == JsonValueKind.Object).ShouldBe(1);
    }
}
