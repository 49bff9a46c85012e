using System.Net;

namespace Pictor.EndToEnd.Replicas;

/// <summary>Two replicas, one gateway: whatever was asked of one can be asked of the other.</summary>
public sealed class AnyReplicaTests : IAsyncLifetime
{
    private ReplicaPair _pair = null!;

    public async ValueTask InitializeAsync() => _pair = await ReplicaPair.StartAsync(
        TimeSpan.FromSeconds(1),
        settings: [("Pictor__Catalog__Prices", "sandbox=0.035/0.04")]);

    public ValueTask DisposeAsync() => _pair.DisposeAsync();

    [Fact]
    public async Task Any_replica_answers_for_any_job()
    {
        // Waiting, the picture and its events at the other one.
        var id = await ReplicaPair.SubmitAsync(_pair.A, "wait");
        var events = _pair.B.Client.GetStringAsync($"/v1/images/generations/{id}/events");
        var job = await ReplicaPair.EndAsync(_pair.B, id);
        job.Text("status").ShouldBe("succeeded", job.ToString());
        (await events).ShouldContain("event: result");
        var link = job.GetProperty("data")[0].Text("url");
        (await _pair.B.Client.GetByteArrayAsync(_pair.B.Rebase(link))).ShouldNotBeEmpty();

        // The same call at the other one is the same job.
        var first = await CallAsync(_pair.A, "same-key");
        var second = await CallAsync(_pair.B, "same-key");
        second.Headers.GetValues("x-pictor-job").ShouldBe(first.Headers.GetValues("x-pictor-job"));
        second.Headers.GetValues("Idempotent-Replayed").ShouldBe(["true"]);
        _pair.Fake.Record.Paid.Count(call => call.Job == "same-key").ShouldBe(1);

        // The end of a job that runs at the other one.
        using var accepted = await _pair.A.GenerateAsync(new { model = "sandbox", size = "64x64", prompt = "x [sandbox: delay=60s]", async = true });
        var slow = (await accepted.JsonAsync()).Text("id");
        using var waiting = new HttpRequestMessage(HttpMethod.Get, $"/v1/images/generations/{slow}?wait=60");
        var held = _pair.A.Client.SendAsync(waiting);
        using var cancelled = await _pair.B.Client.PostAsync($"/v1/images/generations/{slow}/cancel", null);
        cancelled.StatusCode.ShouldBe(HttpStatusCode.OK, await cancelled.Content.ReadAsStringAsync());
        using var told = await held;
        (await told.JsonAsync()).Text("status").ShouldBe("cancelled");
        await _pair.ShouldBalanceAsync();
    }

    [Fact]
    public async Task Settings_changed_on_one_are_seen_by_the_other()
    {
        using var made = await _pair.A.Client.PostAsJsonAsync("/admin/keys", new { name = "short" });
        var key = await made.JsonAsync();
        using var client = _pair.B.ClientWith(key.Text("key"));
        (await client.GetAsync("/v1/models")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _pair.A.Client.DeleteAsync($"/admin/keys/{key.Text("id")}")).EnsureSuccessStatusCode();
        await Poll.UntilAsync(async () => (await client.GetAsync("/v1/models")).StatusCode == HttpStatusCode.Unauthorized, ReplicaPair.Patience, "the key to be refused");

        (await _pair.A.Client.PostAsJsonAsync("/admin/channels", new { id = "made", provider = "bfl", base_url = _pair.Fake.BaseOf("bfl").AbsoluteUri, credential = "x", models = "made-model=flux-kontext-pro" })).EnsureSuccessStatusCode();
        await Poll.UntilAsync(async () => (await _pair.B.Client.GetStringAsync("/v1/models")).Contains("made-model", StringComparison.Ordinal), ReplicaPair.Patience, "the model");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    public async Task A_budget_of_K_pictures_lets_exactly_K_pass_over_two_replicas(int pictures)
    {
        var secret = await KeyAsync(new { name = "stranger", budget = new { amount = (pictures * 0.035m).ToString("0.000") } });
        using var a = _pair.A.ClientWith(secret);
        using var b = _pair.B.ClientWith(secret);
        var statuses = await Task.WhenAll(Enumerable.Range(0, 200).Select(async client =>
        {
            var mine = new List<HttpStatusCode>();
            for (var i = 0; i < 20; i++)
            {
                using var answer = await ((client + i) % 2 == 0 ? a : b).PostAsJsonAsync("/v1/images/generations", new { model = "sandbox", prompt = "x", size = "64x64" });
                mine.Add(answer.StatusCode);
            }

            return mine;
        }));
        var counts = statuses.SelectMany(mine => mine).CountBy(status => status).ToDictionary();
        counts[HttpStatusCode.OK].ShouldBe(pictures);
        counts[HttpStatusCode.PaymentRequired].ShouldBe(4000 - pictures);
        await _pair.ShouldBalanceAsync();
    }

    [Fact]
    public async Task Requests_of_a_key_are_counted_over_both_replicas()
    {
        var secret = await KeyAsync(new { name = "paced", limits = new { requests_per_minute = 10 } });
        using var a = _pair.A.ClientWith(secret);
        using var b = _pair.B.ClientWith(secret);
        var statuses = await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
        {
            using var answer = await (i % 2 == 0 ? a : b).PostAsJsonAsync("/v1/images/generations", new { model = "sandbox", prompt = "x", size = "64x64" });
            return answer.StatusCode;
        }));
        statuses.Count(status => status == HttpStatusCode.OK).ShouldBe(10);
        statuses.Count(status => status == HttpStatusCode.TooManyRequests).ShouldBe(50);
    }

    private async Task<string> KeyAsync(object properties)
    {
        using var made = await _pair.A.Client.PostAsJsonAsync("/admin/keys", properties);
        made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        return (await made.JsonAsync()).Text("key");
    }

    private static async Task<HttpResponseMessage> CallAsync(GatewayProcess replica, string name)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/images/generations") { Content = JsonContent.Create(new { model = "flux-kontext-pro", prompt = $"a lighthouse [fake: job={name}]" }) };
        request.Headers.Add("Idempotency-Key", name);
        var answer = await replica.Client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return answer;
    }
}
