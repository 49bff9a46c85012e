using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Pictor.FakeUpstreams;
using Pictor.Routing;
using Pictor.Tests.Upstream;

namespace Pictor.Tests.Providers;

/// <summary>Answers that vendors may give and that the fakes do not, written by hand on the socket.</summary>
public sealed class OddAnswersTests
{
    private const string StreamHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
    private const string Stopped = """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";

    private static readonly byte[] Png = NoisePng.Make(3000);
    private static readonly string Base64 = Convert.ToBase64String(Png);

    [Theory]
    [InlineData("![a](data:image/png;base64,", ")")]
    [InlineData("<img src=\"data:image/png;base64,", "\">")]
    public async Task A_chat_that_is_cut_off_behind_a_whole_picture_has_delivered_it(string before, string after)
    {
        await using var vendor = Vendor(exchange => exchange.WriteAsync(StreamHead + Said(before) + Said(Base64) + Said(after)));
        await using var gateway = await StartAsync(vendor, "openai", "Dialect=chat");
        using var answer = await AskAsync(gateway);

        await DeliveredAsync(answer);
    }

    [Theory]
    [InlineData("![a](data:image/png;base64,")]
    [InlineData("<img src=\"https://fal.media/files/pictu")]
    [InlineData("Here it is: https://fal.media/files/pictu")]
    public async Task A_chat_that_is_cut_off_in_its_picture_has_delivered_none(string shown)
    {
        await using var vendor = Vendor(exchange => exchange.WriteAsync(StreamHead + Said(shown) + (shown.EndsWith(',') ? Said(Base64[..1200]) : "")));
        await using var gateway = await StartAsync(vendor, "openai", "Dialect=chat");
        using var answer = await AskAsync(gateway);

        (await answer.JsonAsync()).Error().Text("code").ShouldBe("upstream_outcome_unknown");
    }

    [Fact]
    public async Task A_chat_that_stopped_is_not_waited_for()
    {
        await using var vendor = Vendor(async exchange =>
        {
            await exchange.WriteAsync(StreamHead + Said($"![a](data:image/png;base64,{Base64})") + Event(Stopped));
            await exchange.HoldAsync();
        });
        await using var gateway = await StartAsync(vendor, "openai", "Dialect=chat");
        using var answer = await AskAsync(gateway);

        await DeliveredAsync(answer);
    }

    [Theory]
    [InlineData("Dialect=chat")]
    [InlineData("Dialect=relay")]
    public async Task What_came_whole_before_the_time_was_up_is_delivered(string dialect)
    {
        var shown = dialect == "Dialect=chat"
            ? Said($"![a](data:image/png;base64,{Base64})\n")
            : Event(JsonSerializer.Serialize(new { type = "image_generation.completed", b64_json = Base64 }));
        await using var vendor = Vendor(async exchange =>
        {
            await exchange.WriteAsync(StreamHead + shown);
            await exchange.HoldAsync();
        });
        await using var gateway = await StartAsync(vendor, "openai", dialect, "Pictor:Upstream:CallTimeout=00:00:02");
        using var answer = await AskAsync(gateway);

        await DeliveredAsync(answer);
    }

    [Theory]
    [InlineData("""{"choices":[{"message":{"role":"assistant","content":null,"refusal":"I cannot draw this."}}]}""", false)]
    [InlineData("""{"choices":[{"delta":{"refusal":"I cannot draw this."}}]}""", true)]
    public async Task A_chat_that_refuses_says_why(string said, bool isStream)
    {
        await using var vendor = Vendor(exchange => exchange.WriteAsync(isStream ? StreamHead + Event(said) + End : Json(said)));
        await using var gateway = await StartAsync(vendor, "openai", "Dialect=chat");
        using var answer = await AskAsync(gateway);

        var error = (await answer.JsonAsync()).Error();
        error.Text("code").ShouldBe("content_policy_violation");
        error.Text("message").ShouldContain("I cannot draw this");
    }

    [Fact]
    public async Task A_picture_that_is_listed_under_two_names_is_one()
    {
        var list = $$"""[{"url":"data:image/png;base64,{{Base64}}"}]""";
        await using var vendor = Vendor(exchange => exchange.WriteAsync(Json($$"""{"images":{{list}},"timings":{"inference":1.2},"data":{{list}}}""")));
        await using var gateway = await StartAsync(vendor, "openai", "Dialect=relay");
        using var answer = await gateway.GenerateAsync(new { model = "gpt-image-1", prompt = "x", n = 2, quality = "low" });

        var body = await answer.JsonAsync();
        body.GetProperty("data").GetArrayLength().ShouldBe(1);
        body.GetProperty("warnings").EnumerateArray().Select(warning => warning.Text("param")).ShouldContain("n");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task A_finished_picture_that_comes_compressed_is_not_lost(string encoding)
    {
        var packed = new MemoryStream();
        await using (Stream packing = encoding == "gzip" ? new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true) : new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await packing.WriteAsync(Png, TestContext.Current.CancellationToken);
        }

        await using var vendor = new RawServer(async exchange =>
        {
            if ((await exchange.ReadRequestAsync()).StartsWith("POST", StringComparison.Ordinal))
            {
                await exchange.WriteAsync(Json($$"""{"data":[{"url":"{{exchange.Server.Address}}/a.png"}]}"""));
                return;
            }

            await exchange.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: {packed.Length}\r\nConnection: close\r\n\r\n");
            await exchange.WriteAsync(packed.ToArray());
        });
        await using var gateway = await StartAsync(vendor, "openai", "Dialect=relay");
        using var answer = await AskAsync(gateway);

        await DeliveredAsync(answer);
    }

    [Theory]
    [InlineData("Retry-After: 29.2", "30")]
    [InlineData("Retry-After: 5\r\nretry-after-ms: 30000", "30")]
    [InlineData("Date: Fri, 01 Jan 2100 00:00:00 GMT\r\nRetry-After: Fri, 01 Jan 2100 00:00:30 GMT", "30")]
    [InlineData("Retry-After: -5", "2")]
    [InlineData("Retry-After: soon", "2")]
    public async Task A_rate_limit_is_waited_for_however_its_time_is_written(string headers, string seconds)
    {
        await using var vendor = Vendor(exchange => exchange.WriteAsync(Refused(headers)));
        await using var gateway = await StartAsync(vendor, "openai", "Dialect=relay");
        using var answer = await AskAsync(gateway);

        answer.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        answer.Headers.GetValues("Retry-After").ShouldBe([seconds]);
    }

    [Theory]
    [InlineData("Retry-After: 2147483647")]
    [InlineData("Retry-After: 99999999999999999999")]
    [InlineData("Retry-After: Fri, 31 Dec 9999 23:59:59 GMT")]
    [InlineData("retry-after-ms: 1e308")]
    public async Task No_rate_limit_takes_a_channel_out_for_longer_than_an_hour(string header)
    {
        await using var vendor = Vendor(exchange => exchange.WriteAsync(Refused(header)));
        await using var gateway = await StartAsync(vendor, "openai", "Dialect=relay");
        using var answer = await AskAsync(gateway);

        answer.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        using var shown = await gateway.Client.GetAsync("/admin/channels/odd", TestContext.Current.CancellationToken);
        var health = (await shown.JsonAsync()).GetProperty("health");
        health.GetProperty("paused_until").GetInt64().ShouldBeLessThanOrEqualTo(DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds());
    }

    [Fact]
    public async Task What_a_vendor_billed_for_nothing_is_booked_as_it_said()
    {
        await using var vendor = new RawServer(async exchange => await exchange.WriteAsync(Json(
            (await exchange.ReadRequestAsync()).StartsWith("POST", StringComparison.Ordinal)
                ? """{"id":"task","polling_url":null,"cost":7.5}"""
                : """{"id":"task","status":"Ready","result":null}""")));
        await using var gateway = await StartAsync(vendor, "bfl");
        using var answer = await AskAsync(gateway, "flux-kontext-pro");

        (await answer.JsonAsync()).Error().Text("code").ShouldBe("upstream_unreadable");
        (await AttemptAsync(gateway)).Text("upstream_cost").ShouldBe("0.075");
    }

    [Fact]
    public async Task What_was_done_at_once_can_be_found_again_before_its_picture_is_fetched()
    {
        var fetching = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await using var vendor = new RawServer(async exchange =>
        {
            if ((await exchange.ReadRequestAsync()).StartsWith("POST", StringComparison.Ordinal))
            {
                await exchange.WriteAsync(Json($$"""{"id":"found-again","status":"succeeded","output":"{{exchange.Server.Address}}/a.png"}"""));
                return;
            }

            fetching.TrySetResult();
            await release.Task;
            await exchange.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Length: {Png.Length}\r\nConnection: close\r\n\r\n");
            await exchange.WriteAsync(Png);
        });
        await using var gateway = await StartAsync(vendor, "replicate");
        var asking = AskAsync(gateway, "flux-kontext-pro");
        await fetching.Task;
        using var jobs = await gateway.Client.GetAsync("/admin/jobs", TestContext.Current.CancellationToken);
        var job = (await jobs.JsonAsync()).GetProperty("data")[0];
        var attempts = await gateway.Services.GetRequiredService<AttemptStore>().OfJobAsync(job.Text("id"), TestContext.Current.CancellationToken);
        release.SetResult();
        using var answer = await asking;

        job.Text("state").ShouldBe("accepted");
        attempts.ShouldHaveSingleItem().Handle.ShouldNotBeNull().ShouldContain("found-again");
        await DeliveredAsync(answer);
    }

    [Theory]
    [InlineData("fal", """{"status":"CANCELLATION_REQUESTED"}""", """{"status":"IN_PROGRESS"}""", """{"status":"COMPLETED","error":"cancelled"}""")]
    [InlineData("replicate", """{"id":"task","status":"processing"}""", """{"id":"task","status":"processing"}""", """{"id":"task","status":"canceled"}""")]
    public async Task A_cancel_that_the_vendor_acts_on_a_little_later_is_one(string provider, string asked, string running, string cancelled)
    {
        var looks = 0;
        var isAsked = false;
        var looking = new TaskCompletionSource();
        var over = new TaskCompletionSource();
        await using var vendor = new RawServer(async exchange =>
        {
            var line = (await exchange.ReadRequestAsync()).Split("\r\n")[0];
            if (line.Contains("/cancel ", StringComparison.Ordinal))
            {
                Volatile.Write(ref isAsked, true);
                await exchange.WriteAsync(Json(asked));
                return;
            }

            if (line.StartsWith("POST", StringComparison.Ordinal))
            {
                await exchange.WriteAsync(Json("""{"id":"task","request_id":"task","status":"processing"}"""));
                return;
            }

            // The job's own look is held, so that those behind the cancel are the only ones.
            if (!Volatile.Read(ref isAsked))
            {
                looking.TrySetResult();
                await over.Task;
            }

            await exchange.WriteAsync(Json(Interlocked.Increment(ref looks) > 2 ? cancelled : running));
        });
        await using var gateway = await StartAsync(vendor, provider);
        using var accepted = await gateway.Client.PostAsJsonAsync("/v1/images/generations?async=true", new { model = "flux-kontext-pro", prompt = "x" }, TestContext.Current.CancellationToken);
        var id = (await accepted.JsonAsync()).Text("id");
        await looking.Task;
        using var answer = await gateway.Client.PostAsync($"/v1/images/generations/{id}/cancel", content: null, TestContext.Current.CancellationToken);
        over.SetResult();

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static string End => "0\r\n\r\n";

    private static RawServer Vendor(Func<RawExchange, Task> answer) => new(async exchange =>
    {
        await exchange.ReadRequestAsync();
        await answer(exchange);
    });

    private static async Task<TestGateway> StartAsync(RawServer vendor, string provider, params string[] more) => await TestGateway.StartAsync(settings:
    [
        $"Pictor:Channels:odd:Provider={provider}",
        $"Pictor:Channels:odd:BaseUrl={vendor.Address}",
        "Pictor:Channels:odd:Credential=c",
        "Pictor:Channels:odd:Models=gpt-image-1,flux-kontext-pro",
        "Pictor:Upstream:Allow:odd=127.0.0.0/8:*",
        "Pictor:Upstream:RefusalTime=00:00:00",
        .. more.Select(setting => setting.StartsWith("Pictor:", StringComparison.Ordinal) ? setting : "Pictor:Channels:odd:" + setting),
    ]);

    private static Task<HttpResponseMessage> AskAsync(TestGateway gateway, string model = "gpt-image-1") => gateway.GenerateAsync(new { model, prompt = "x", output_format = "png" });

    private static async Task DeliveredAsync(HttpResponseMessage answer)
    {
        var body = await answer.JsonAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body.ToString());
        body.GetProperty("data").GetArrayLength().ShouldBe(1);
    }

    private static async Task<JsonElement> AttemptAsync(TestGateway gateway)
    {
        using var jobs = await gateway.Client.GetAsync("/admin/jobs");
        using var job = await gateway.Client.GetAsync("/admin/jobs/" + (await jobs.JsonAsync()).GetProperty("data")[0].Text("id"));
        return (await job.JsonAsync()).GetProperty("attempts")[0].Clone();
    }

    private static string Refused(string headers)
    {
        const string Body = """{"error":{"message":"slower","type":"requests","param":null,"code":"rate_limit_exceeded"}}""";
        return $"HTTP/1.1 429 Too Many Requests\r\n{headers}\r\nContent-Length: {Body.Length}\r\nConnection: close\r\n\r\n{Body}";
    }

    private static string Json(string body) => $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}";

    private static string Said(string content) => Event(JsonSerializer.Serialize(new { choices = new[] { new { index = 0, delta = new { content } } } }));

    private static string Event(string json)
    {
        var data = $"data: {json}\n\n";
        return $"{Encoding.UTF8.GetByteCount(data).ToString("x", CultureInfo.InvariantCulture)}\r\n{data}\r\n";
    }
}
