using System.Net;
using System.Text.Json;

namespace Pictor.Tests.Api.Jobs;

public sealed class JobsEndpointTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private readonly TestGateway _gateway = running.Gateway;

    [Fact]
    public async Task An_asynchronous_call_is_answered_at_once_and_found_by_id()
    {
        using var accepted = await _gateway.GenerateAsync(new { model = "sandbox", size = "64x64", prompt = "waves", async = true });
        accepted.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var job = await accepted.JsonAsync();
        job.Text("object").ShouldBe("image.generation");
        new[] { "queued", "running", "succeeded" }.ShouldContain(job.Text("status"));
        accepted.Headers.Location!.ToString().ShouldBe($"/v1/images/generations/{job.Text("id")}");
        var ended = await (await _gateway.Client.GetAsync(accepted.Headers.Location + "?wait=60")).JsonAsync();
        ended.Text("status").ShouldBe("succeeded");
        ended.GetProperty("data").GetArrayLength().ShouldBe(1);
    }

    [Theory]
    [InlineData("respond-async", HttpStatusCode.Accepted, "respond-async")]
    [InlineData("wait=60", HttpStatusCode.OK, "wait=60")]
    [InlineData("wait=0", HttpStatusCode.Accepted, "wait=0")]
    [InlineData("respond-async, wait=60", HttpStatusCode.OK, "respond-async, wait=60")]
    [InlineData("wait=60, respond-async", HttpStatusCode.OK, "respond-async, wait=60")]
    [InlineData("respond-async, wait=0", HttpStatusCode.Accepted, "respond-async, wait=0")]
    [InlineData("Wait = \"60\"", HttpStatusCode.OK, "wait=60")]
    [InlineData("handling=lenient", HttpStatusCode.OK, null)]
    public async Task Preferences_are_honoured_and_named(string prefer, HttpStatusCode status, string? applied)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/images/generations") { Content = JsonContent.Create(new { model = "sandbox", size = "64x64", prompt = "waves [sandbox: delay=0.2s]" }) };
        request.Headers.Add("Prefer", prefer);
        using var answer = await _gateway.Client.SendAsync(request);
        answer.StatusCode.ShouldBe(status);
        (answer.Headers.TryGetValues("Preference-Applied", out var values) ? values.Single() : null).ShouldBe(applied);
    }

    [Theory]
    [InlineData("/v1/images/generations", """{"model":"sandbox","size":"64x64","prompt":"x","stream":true,"async":true}""", null, HttpStatusCode.Accepted)]
    [InlineData("/v1/images/generations", """{"model":"sandbox","size":"64x64","prompt":"x","stream":true}""", "wait=60", HttpStatusCode.OK)]
    [InlineData("/v1/chat/completions", """{"model":"sandbox","size":"64x64","messages":[{"role":"user","content":"x"}],"stream":true}""", "wait=60", HttpStatusCode.OK)]
    public async Task A_stream_that_is_none_is_told_about(string door, string body, string? prefer, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, door) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Add("Prefer", prefer is null ? [] : [prefer]);
        using var answer = await _gateway.Client.SendAsync(request);
        answer.StatusCode.ShouldBe(status);
        (await answer.JsonAsync()).GetProperty("warnings").EnumerateArray().Select(warning => warning.Text("param")).ShouldBe(["stream"]);
    }

    [Fact]
    public async Task The_query_makes_a_call_asynchronous_too()
    {
        using var answer = await _gateway.Client.PostAsJsonAsync("/v1/images/generations?async=true", new { model = "sandbox", size = "64x64", prompt = "x" });
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task A_fresh_link_is_given_at_every_reading()
    {
        using var client = await _gateway.NewKeyAsync();
        var made = await (await _gateway.GenerateAsync(new { model = "sandbox", size = "64x64", prompt = "x", url_expires_in = 60 }, client)).JsonAsync();
        var read = await (await client.GetAsync("/v1/images/generations/" + made.Text("id"))).JsonAsync();
        read.GetProperty("data")[0].Text("url").Split('?')[0].ShouldBe(made.GetProperty("data")[0].Text("url").Split('?')[0]);
        read.GetProperty("data")[0].GetProperty("expires_at").GetInt64().ShouldBeGreaterThanOrEqualTo(made.GetProperty("data")[0].GetProperty("expires_at").GetInt64());
    }

    [Fact]
    public async Task A_waiting_job_is_cancelled_once()
    {
        using var accepted = await _gateway.GenerateAsync(new { model = "sandbox", size = "64x64", prompt = "x [sandbox: delay=300s]", async = true });
        var path = accepted.Headers.Location!.ToString();
        using var cancelled = await _gateway.Client.PostAsync(path + "/cancel", null);
        cancelled.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await cancelled.JsonAsync()).Text("status").ShouldBe("cancelled");
        using var again = await _gateway.Client.PostAsync(path + "/cancel", null);
        again.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await again.JsonAsync()).Error().Text("code").ShouldBe("not_cancellable");
        var read = await (await _gateway.Client.GetAsync(path)).JsonAsync();
        read.Text("status").ShouldBe("cancelled");
        read.Text("cost").ShouldBe("0.00");
    }

    [Fact]
    public async Task A_running_sandbox_job_is_cancelled_too()
    {
        using var accepted = await _gateway.GenerateAsync(new { model = "sandbox", size = "64x64", prompt = "x [sandbox: delay=300s]", async = true });
        var path = accepted.Headers.Location!.ToString();
        await Eventually.TrueAsync(async () => (await (await _gateway.Client.GetAsync(path)).JsonAsync()).Text("status") == "running");
        using var cancelled = await _gateway.Client.PostAsync(path + "/cancel", null);
        cancelled.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_caller_that_hangs_up_still_finds_its_picture()
    {
        using var client = await _gateway.NewKeyAsync();
        using var hangUp = new CancellationTokenSource();
        var call = client.PostAsJsonAsync("/v1/images/generations", new { model = "sandbox", size = "64x64", prompt = "x [sandbox: delay=1s]" }, hangUp.Token);
        JsonElement list = default;
        await Eventually.TrueAsync(async () => (list = await (await client.GetAsync("/v1/images/generations")).JsonAsync()).GetProperty("data").GetArrayLength() == 1);
        await hangUp.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => call);
        var job = await (await client.GetAsync($"/v1/images/generations/{list.GetProperty("data")[0].Text("id")}?wait=60")).JsonAsync();
        job.Text("status").ShouldBe("succeeded");
    }

    [Fact]
    public async Task The_list_shows_the_keys_own_jobs_newest_first_in_pages()
    {
        using var client = await _gateway.NewKeyAsync();
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add((await (await _gateway.GenerateAsync(new { model = i == 4 ? "gpt-image-1" : "sandbox", prompt = "x" + (i == 3 ? "[sandbox: fail=failed]" : ""), size = i == 4 ? "1024x1024" : "64x64", async = true }, client)).JsonAsync()).Text("id"));
        }

        foreach (var id in ids)
        {
            await client.GetAsync($"/v1/images/generations/{id}?wait=60");
        }

        ids.Reverse();
        var first = await (await client.GetAsync("/v1/images/generations?limit=2")).JsonAsync();
        Ids(first).ShouldBe(ids.Take(2));
        first.GetProperty("has_more").GetBoolean().ShouldBeTrue();
        var rest = await (await client.GetAsync($"/v1/images/generations?limit=3&after={ids[1]}")).JsonAsync();
        Ids(rest).ShouldBe(ids.Skip(2));
        rest.GetProperty("has_more").GetBoolean().ShouldBeFalse();
        Ids(await (await client.GetAsync("/v1/images/generations?status=failed")).JsonAsync()).ShouldBe([ids[1]]);
        Ids(await (await client.GetAsync("/v1/images/generations?model=gpt-image-1&status=succeeded")).JsonAsync()).ShouldBe([ids[0]]);
    }

    [Theory]
    [InlineData("/v1/images/generations?limit=0", "limit")]
    [InlineData("/v1/images/generations?limit=101", "limit")]
    [InlineData("/v1/images/generations?status=done", "status")]
    public async Task Bad_filters_are_named(string path, string param)
    {
        using var answer = await _gateway.Client.GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.JsonAsync()).Error().Text("param").ShouldBe(param);
    }

    [Theory]
    [InlineData("301")]
    [InlineData("-1")]
    [InlineData("x")]
    public async Task A_wait_is_0_to_300_seconds(string wait)
    {
        var job = await (await _gateway.GenerateAsync(new { model = "sandbox", size = "64x64", prompt = "x" })).JsonAsync();
        using var answer = await _gateway.Client.GetAsync($"/v1/images/generations/{job.Text("id")}?wait={wait}");
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.JsonAsync()).Error().Text("param").ShouldBe("wait");
    }

    [Fact]
    public async Task Another_key_finds_nothing()
    {
        using var mine = await _gateway.NewKeyAsync();
        using var theirs = await _gateway.NewKeyAsync();
        var id = (await (await _gateway.GenerateAsync(new { model = "sandbox", size = "64x64", prompt = "x" }, mine)).JsonAsync()).Text("id");
        foreach (var path in new[] { $"/v1/images/generations/{id}", $"/v1/images/generations/{id}?wait=1" })
        {
            (await theirs.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }

        (await theirs.PostAsync($"/v1/images/generations/{id}/cancel", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        Ids(await (await theirs.GetAsync("/v1/images/generations")).JsonAsync()).ShouldBeEmpty();
        (await mine.GetAsync($"/v1/images/generations/{id}")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static IEnumerable<string> Ids(JsonElement list) => list.GetProperty("data").EnumerateArray().Select(job => job.Text("id"));
}
