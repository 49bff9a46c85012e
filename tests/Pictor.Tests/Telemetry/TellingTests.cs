using System.Net;

namespace Pictor.Tests.Telemetry;

/// <summary>What an operator finds in lines and counters when something goes wrong.</summary>
public sealed class TellingTests
{
    [Fact]
    public async Task A_job_that_failed_has_a_line_with_its_code_and_without_its_prompt()
    {
        using var lines = new LogLines();
        await using var gateway = await TestGateway.StartAsync(builder => builder.Logging.AddProvider(lines));
        using var failed = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "canary-words [sandbox: fail=failed]" });
        failed.StatusCode.ShouldBe(HttpStatusCode.BadGateway, await failed.Content.ReadAsStringAsync());
        using var refused = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "canary-words [sandbox: fail=moderated]" });
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        lines.Count("failed: upstream_failed; model flux-kontext-pro, channel sandbox.").ShouldBe(1);
        lines.Count("Information: Job gen_").ShouldBe(1);
        lines.Count("canary-words").ShouldBe(0);
    }

    [Fact]
    public async Task Who_hangs_up_before_the_answer_is_not_counted_as_served()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var accepted = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "a cat [sandbox: delay=60s]", @async = true });
        var id = (await accepted.JsonAsync()).Text("id");
        using var patience = new CancellationTokenSource();
        var waiting = gateway.Client.GetAsync($"/v1/images/generations/{id}?wait=60", patience.Token);
        await Eventually.TrueAsync(async () => (await gateway.Client.GetStringAsync("/metrics")).Contains("pictor_in_flight{kind=\"requests\"} 2", StringComparison.Ordinal));
        await patience.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
        await Eventually.TrueAsync(async () => (await gateway.Client.GetStringAsync("/metrics")).Contains("pictor_requests_total{operation=\"GET /v1/images/generations/{id}\",model=\"\",status=\"4xx\"} 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_level_of_logging_writes_the_signature_of_a_link()
    {
        using var lines = new LogLines();
        await using var gateway = await TestGateway.StartAsync(builder => builder.Logging.AddProvider(lines), settings: ["Logging:LogLevel:Microsoft=Trace", "Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics=Trace"]);
        using var made = await gateway.GenerateAsync(new { model = "sandbox", prompt = "x", size = "64x64" });
        var link = new Uri((await made.JsonAsync()).GetProperty("data")[0].GetProperty("url").GetString()!);
        (await gateway.Client.GetByteArrayAsync(link)).ShouldNotBeEmpty();
        lines.Count("signature=").ShouldBe(0);
    }
}
