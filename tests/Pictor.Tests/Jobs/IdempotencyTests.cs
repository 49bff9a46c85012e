using System.Net;
using System.Text;
using Pictor.Imaging;
using Pictor.Tests.Api;
using Pictor.Tests.Imaging;

namespace Pictor.Tests.Jobs;

public sealed class IdempotencyTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private static readonly byte[] Picture = Samples.Quarters(PictureFormat.Png);
    private static int _keys;

    private readonly TestGateway _gateway = running.Gateway;

    [Fact]
    public async Task The_same_call_gets_the_same_bytes_and_pays_once()
    {
        using var client = await _gateway.NewKeyAsync();
        var key = NewKey();
        var first = await SendAsync(client, "/v1/images/generations", Json("""{"model":"flux-kontext-pro","prompt":"a cat","extra_body":{"aspect_ratio":"16:9","seed":7}}"""), key);
        var second = await SendAsync(client, "/v1/images/generations", Json("""{ "extra_body": {"seed":7, "aspect_ratio":"16:9"}, "prompt":"a c\u0061t", "model":"flux-kontext-pro" }"""), key);
        first.Status.ShouldBe(HttpStatusCode.OK);
        first.IsReplayed.ShouldBeFalse();
        second.ShouldBe(first with { IsReplayed = true });
        (await JobsAsync(client)).ShouldBe(1);
    }

    [Fact]
    public async Task A_form_is_the_same_whatever_its_boundary()
    {
        using var client = await _gateway.NewKeyAsync();
        var key = NewKey();
        var first = await SendAsync(client, "/v1/images/edits", new RawForm("one").Text("prompt", "blur it").File("image", Picture).Build(), key);
        var second = await SendAsync(client, "/v1/images/edits", new RawForm("two").File("image[]", Picture, "other.png").Text("prompt", "blur it").Build(), key);
        var other = await SendAsync(client, "/v1/images/edits", new RawForm("one").Text("prompt", "blur it").File("image", Samples.Quarters(PictureFormat.Png, 50, 50)).Build(), key);
        second.ShouldBe(first with { IsReplayed = true });
        other.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await JobsAsync(client)).ShouldBe(1);
    }

    [Theory]
    [InlineData("false", "")]
    [InlineData("true", "")]
    [InlineData("false", ""","modalities":["image"]""")]
    public async Task A_chat_is_the_same_again(string stream, string more)
    {
        using var client = await _gateway.NewKeyAsync();
        var key = NewKey();
        var body = $$"""{"model":"sandbox","size":"64x64","stream":{{stream}},"messages":[{"role":"user","content":"a cat"}]{{more}}}""";
        var first = await SendAsync(client, "/v1/chat/completions", Json(body), key);
        (await SendAsync(client, "/v1/chat/completions", Json(body), key)).ShouldBe(first with { IsReplayed = true });
        (await JobsAsync(client)).ShouldBe(1);
    }

    [Fact]
    public async Task Another_body_or_another_door_is_a_422()
    {
        using var client = await _gateway.NewKeyAsync();
        var key = NewKey();
        var body = """{"model":"sandbox","size":"64x64","prompt":"a cat"}""";
        (await SendAsync(client, "/v1/images/generations", Json(body), key)).Status.ShouldBe(HttpStatusCode.OK);
        foreach (var (door, other) in new[] { ("/v1/images/generations", body.Replace("cat", "dog")), ("/v1/images/generations?seed=1", body), ("/v1/images", body) })
        {
            using var request = Request(door, Json(other), key);
            using var answer = await client.SendAsync(request);
            answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
            answer.Headers.GetValues("x-should-retry").ShouldBe(["false"]);
            (await answer.JsonAsync()).Error().Text("code").ShouldBe("idempotency_key_reused");
        }

        (await JobsAsync(client)).ShouldBe(1);
    }

    [Fact]
    public async Task A_key_belongs_to_its_api_key()
    {
        using var one = await _gateway.NewKeyAsync();
        using var two = await _gateway.NewKeyAsync();
        var key = NewKey();
        var body = """{"model":"sandbox","size":"64x64","prompt":"a cat"}""";
        await SendAsync(one, "/v1/images/generations", Json(body), key);
        (await SendAsync(two, "/v1/images/generations", Json(body), key)).IsReplayed.ShouldBeFalse();
    }

    [Fact]
    public async Task Calls_at_the_same_time_are_one_job()
    {
        using var client = await _gateway.NewKeyAsync();
        var key = NewKey();
        var body = """{"model":"sandbox","size":"64x64","prompt":"a cat [sandbox: delay=300ms]"}""";
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => SendAsync(client, "/v1/images/generations", Json(body), key)));
        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK);
        answers.Select(answer => answer.Body).Distinct().Count().ShouldBe(1);
        answers.Count(answer => !answer.IsReplayed).ShouldBe(1);
        (await JobsAsync(client)).ShouldBe(1);
    }

    [Fact]
    public async Task What_failed_without_being_billed_is_a_new_try()
    {
        using var client = await _gateway.NewKeyAsync();
        var key = NewKey();
        var body = """{"model":"sandbox","size":"64x64","prompt":"a cat [sandbox: fail=moderated]"}""";
        (await SendAsync(client, "/v1/images/generations", Json(body), key)).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await SendAsync(client, "/v1/images/generations", Json(body), key)).IsReplayed.ShouldBeFalse();
        (await SendAsync(client, "/v1/images/generations", Json(body.Replace("fail", "risk")), key)).Status.ShouldNotBe(HttpStatusCode.UnprocessableEntity);
        (await SendAsync(client, "/v1/images/generations", Json("""{"seed":-1}"""), NewKey())).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await JobsAsync(client)).ShouldBe(3);
    }

    [Fact]
    public async Task An_unknown_outcome_is_not_paid_a_second_time()
    {
        using var client = await _gateway.NewKeyAsync();
        var key = NewKey();
        var body = """{"model":"sandbox","size":"64x64","prompt":"a cat [sandbox: fail=unknown]"}""";
        (await SendAsync(client, "/v1/images/generations", Json(body), key)).Status.ShouldBe(HttpStatusCode.BadGateway);
        (await SendAsync(client, "/v1/images/generations", Json(body), key)).IsReplayed.ShouldBeTrue();
        (await JobsAsync(client)).ShouldBe(1);
    }

    [Fact]
    public async Task An_asynchronous_call_gets_its_202_again_also_after_the_end()
    {
        using var client = await _gateway.NewKeyAsync();
        var key = NewKey();
        var body = """{"model":"flux-kontext-pro","prompt":"a cat","size":"1x1","async":true}""";
        var first = await SendAsync(client, "/v1/images/generations", Json(body), key);
        await Eventually.TrueAsync(async () => (await (await client.GetAsync("/v1/images/generations")).JsonAsync()).GetProperty("data")[0].Text("status") == "succeeded");
        first.Status.ShouldBe(HttpStatusCode.Accepted);
        (await SendAsync(client, "/v1/images/generations", Json(body), key)).ShouldBe(first with { IsReplayed = true });
    }

    [Fact]
    public async Task It_outlives_a_restart_and_another_setting()
    {
        var folder = Directory.CreateTempSubdirectory("pictor-test-").FullName;
        try
        {
            var body = """{"model":"flux-kontext-pro","prompt":"a cat"}""";
            Answer first;
            await using (var gateway = await TestGateway.StartAsync(folder: folder))
            {
                first = await SendAsync(gateway.Client, "/v1/images/generations", Json(body), "one");
            }

            await using (var gateway = await TestGateway.StartAsync(folder: folder, settings: "Pictor:Assets:LinkLife=00:10:00"))
            {
                (await SendAsync(gateway.Client, "/v1/images/generations", Json(body), "one")).ShouldBe(first with { IsReplayed = true });
                (await SendAsync(gateway.Client, "/v1/images/generations", Json(body.Replace("cat", "dog")), "one")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task An_sdks_retry_joins_its_first_try_and_a_second_first_try_does_not()
    {
        using var client = await _gateway.NewKeyAsync();
        var body = """{"model":"sandbox","size":"64x64","prompt":"a cat [sandbox: delay=300ms]"}""";
        using (var impatient = new CancellationTokenSource())
        {
            var gone = client.SendAsync(Retry(body, 0), impatient.Token);
            await Eventually.TrueAsync(async () => await JobsAsync(client) == 1);
            await impatient.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(gone);
        }

        using (var joined = await client.SendAsync(Retry(body, 1)))
        {
            joined.StatusCode.ShouldBe(HttpStatusCode.OK);
            joined.Headers.GetValues("Idempotent-Replayed").ShouldBe(["true"]);
        }

        (await JobsAsync(client)).ShouldBe(1);
        using var again = await client.SendAsync(Retry(body, 0));
        again.Headers.Contains("Idempotent-Replayed").ShouldBeFalse();
        using var other = await client.SendAsync(Retry(body.Replace("cat", "dog"), 2));
        other.Headers.Contains("Idempotent-Replayed").ShouldBeFalse();
        (await JobsAsync(client)).ShouldBe(3);
    }

    [Fact]
    public async Task A_retry_long_after_the_end_is_a_new_call_and_a_key_is_not()
    {
        var clock = new FakeClock();
        await using var gateway = await TestGateway.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var body = """{"model":"sandbox","size":"64x64","prompt":"a cat"}""";
        using (var first = await gateway.Client.SendAsync(Retry(body, 0)))
        {
            first.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        await SendAsync(gateway.Client, "/v1/images/generations", Json(body), "one");
        clock.Advance(TimeSpan.FromMinutes(9));
        using (var joined = await gateway.Client.SendAsync(Retry(body, 1)))
        {
            joined.Headers.Contains("Idempotent-Replayed").ShouldBeTrue();
        }

        clock.Advance(TimeSpan.FromMinutes(2));
        using (var late = await gateway.Client.SendAsync(Retry(body, 1)))
        {
            late.Headers.Contains("Idempotent-Replayed").ShouldBeFalse();
        }

        clock.Advance(TimeSpan.FromHours(23.5));
        (await SendAsync(gateway.Client, "/v1/images/generations", Json(body), "one")).IsReplayed.ShouldBeTrue();
        clock.Advance(TimeSpan.FromHours(48));
        (await SendAsync(gateway.Client, "/v1/images/generations", Json(body), "two")).IsReplayed.ShouldBeFalse();
        (await SendAsync(gateway.Client, "/v1/images/generations", Json(body), "one")).IsReplayed.ShouldBeFalse();
    }

    [Fact]
    public async Task A_key_binds_for_48_hours_and_no_longer()
    {
        var clock = new FakeClock();
        await using var gateway = await TestGateway.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var body = """{"model":"sandbox","size":"64x64","prompt":"a cat"}""";
        await SendAsync(gateway.Client, "/v1/images/generations", Json(body), "one");

        // What is too old goes when another call is written down.
        clock.Advance(TimeSpan.FromHours(47.9));
        (await SendAsync(gateway.Client, "/v1/images/generations", Json(body), "two")).IsReplayed.ShouldBeFalse();
        (await SendAsync(gateway.Client, "/v1/images/generations", Json(body), "one")).IsReplayed.ShouldBeTrue();
        clock.Advance(TimeSpan.FromHours(0.2));
        (await SendAsync(gateway.Client, "/v1/images/generations", Json(body), "three")).IsReplayed.ShouldBeFalse();
        (await SendAsync(gateway.Client, "/v1/images/generations", Json(body), "one")).IsReplayed.ShouldBeFalse();
        (await JobsAsync(gateway.Client)).ShouldBe(4);
    }

    [Fact]
    public async Task A_key_has_at_most_255_characters()
    {
        using var request = Request("/v1/images/generations", Json("""{"prompt":"x"}"""), new string('k', 256));
        using var answer = await _gateway.Client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.JsonAsync()).Error().Text("param").ShouldBe("Idempotency-Key");
    }

    private static string NewKey() => $"test-{Interlocked.Increment(ref _keys)}";

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static HttpRequestMessage Retry(string body, int count)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/images/generations") { Content = Json(body) };
        request.Headers.Add("x-stainless-retry-count", count.ToString());
        return request;
    }

    private static HttpRequestMessage Request(string door, HttpContent content, string key)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, door) { Content = content };
        request.Headers.Add("Idempotency-Key", key);
        return request;
    }

    private static async Task<Answer> SendAsync(HttpClient client, string door, HttpContent content, string key)
    {
        using var request = Request(door, content, key);
        using var answer = await client.SendAsync(request);
        var body = await answer.Content.ReadAsStringAsync();
        return new Answer(answer.StatusCode, body.Replace(": waiting\n\n", ""), answer.Headers.Contains("Idempotent-Replayed"));
    }

    private static async Task<int> JobsAsync(HttpClient client) =>
        (await (await client.GetAsync("/v1/images/generations")).JsonAsync()).GetProperty("data").GetArrayLength();

    private sealed record Answer(HttpStatusCode Status, string Body, bool IsReplayed);
}
