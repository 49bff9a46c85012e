using System.Net;

namespace Pictor.Tests.Api.Usage;

public sealed class UsageEndpointTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private readonly TestGateway _gateway = running.Gateway;

    [Fact]
    public async Task Adds_up_a_keys_own_pictures_and_nobody_elses()
    {
        // Sums over everything: a gateway that nobody else spends on.
        await using var gateway = await TestGateway.StartAsync();
        using var mine = await gateway.NewKeyAsync();
        using var other = await gateway.NewKeyAsync();
        foreach (var (client, n) in new[] { (mine, 2), (mine, 1), (other, 1) })
        {
            (await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x", n, aspect_ratio = "1:1" }, client)).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        var row = (await (await mine.GetAsync("/v1/usage?by=model")).JsonAsync()).GetProperty("data").EnumerateArray().ShouldHaveSingleItem();
        row.Text("model").ShouldBe("flux-kontext-pro");
        row.GetProperty("pictures").GetInt32().ShouldBe(3);
        row.GetProperty("jobs").GetInt32().ShouldBe(2);
        row.Text("cost").ShouldBe("0.105");
        row.Text("list_cost").ShouldBe("0.12");
        row.Text("saved").ShouldBe("0.015");
        row.TryGetProperty("margin", out _).ShouldBeFalse();

        var all = await (await gateway.Client.GetAsync("/admin/usage?by=key,channel")).JsonAsync();
        var sums = all.GetProperty("data").EnumerateArray().ToList();
        sums.Select(sum => sum.Text("channel")).Distinct().ShouldBe(["sandbox"]);
        sums.Select(sum => sum.Text("cost")).ShouldBe(["0.105", "0.035"], ignoreOrder: true);
        sums[0].Text("margin").ShouldBe(sums[0].Text("cost"));
        sums[0].GetProperty("uncosted_pictures").GetInt64().ShouldBe(0);
        sums[0].GetProperty("sandbox").GetBoolean().ShouldBeTrue();
        (await (await gateway.Client.GetAsync("/admin/usage?by=day&to=2020-01-01")).JsonAsync()).GetProperty("data").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("/admin/usage?by=prompt")]
    [InlineData("/admin/usage?from=yesterday")]
    [InlineData("/admin/usage?from=2026-11-02&to=2026-11-01")]
    [InlineData("/v1/usage?by=channel")]
    [InlineData("/v1/usage?to=0001-01-01")]
    [InlineData("/admin/usage?from=9999-12-31T23:59:59Z&to=253402300799")]
    public async Task Refuses_questions_it_cannot_answer(string path) => (await _gateway.Client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

    [Fact]
    public async Task Administrators_see_any_job_with_its_attempts_and_no_prompt()
    {
        using var client = await _gateway.NewKeyAsync();
        using var made = await _gateway.GenerateAsync(new { model = "flux-kontext-max", prompt = "secret words", aspect_ratio = "1:1" }, client);
        var id = made.Headers.GetValues("x-pictor-job").Single();
        var job = await (await _gateway.Client.GetAsync($"/admin/jobs/{id}")).JsonAsync();
        job.Text("status").ShouldBe("succeeded");
        job.Text("held").ShouldBe("0.07");
        job.GetProperty("attempts")[0].Text("outcome").ShouldBe("delivered");
        job.ToString().ShouldNotContain("secret words");
        (await (await _gateway.Client.GetAsync("/admin/jobs?limit=1")).JsonAsync()).GetProperty("data")[0].Text("id").ShouldBe(id);
        (await client.GetAsync($"/admin/jobs/{id}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await _gateway.Client.GetAsync("/admin/jobs/gen_none")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
