using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Pictor.Tests.Upstream;
using Pictor.Webhooks;

namespace Pictor.Tests.Webhooks;

public sealed class DeliveryWorkerTests
{
    // How far the fake clock may run on, in seconds, until a try that is due has come: it moves on while the worker works.
    private const long Reach = 3600;

    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Fact]
    public async Task Tells_of_a_success_with_a_signature_links_and_no_pixels()
    {
        await using var receiver = new Receiver(_ => Receiver.Saying(200));
        await using var gateway = await TestGateway.StartAsync(settings: receiver.Allowed);
        using var answer = await gateway.GenerateAsync(new { model = "sandbox", prompt = "x", size = "64x64", response_format = "b64_json", webhook_url = receiver.Url, webhook_secret = Secret });
        var job = await answer.JsonAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, job.ToString());
        job.GetProperty("warnings").GetArrayLength().ShouldBe(0);
        await receiver.CameAsync(1);
        receiver.Came.TryPeek(out var came).ShouldBeTrue();
        var timestamp = long.Parse(came!.Header("webhook-timestamp")!);
        came.Header("webhook-signature").ShouldBe(WebhookSignature.Sign(Secret, came.Header("webhook-id")!, timestamp, Encoding.UTF8.GetBytes(came.Body)));
        came.Header("content-type").ShouldBe("application/json");
        came.Header("authorization").ShouldBeNull();
        var body = JsonDocument.Parse(came.Body).RootElement;
        body.Text("type").ShouldBe("image.generation.succeeded");
        DateTimeOffset.Parse(body.Text("timestamp")).Offset.ShouldBe(TimeSpan.Zero);
        var data = body.GetProperty("data");
        data.Text("id").ShouldBe(job.Text("id"));
        data.GetProperty("data")[0].TryGetProperty("b64_json", out _).ShouldBeFalse();
        using var http = new HttpClient();
        (await http.GetAsync(data.GetProperty("data")[0].Text("url"))).StatusCode.ShouldBe(HttpStatusCode.OK);

        var delivery = await EndedAsync(gateway, job.Text("id"));
        delivery.Text("status").ShouldBe("delivered");
        delivery.GetProperty("tries")[0].GetProperty("status").GetInt32().ShouldBe(200);
        delivery.GetProperty("tries")[0].Text("body").ShouldBe("ok");
        delivery.ToString().ShouldNotContain(Secret);
    }

    [Fact]
    public async Task Tells_of_failures_and_cancellations_too_and_unsigned_without_a_secret()
    {
        await using var receiver = new Receiver(_ => Receiver.Saying(204));
        await using var gateway = await TestGateway.StartAsync(settings: receiver.Allowed);
        using var failed = await gateway.GenerateAsync(new { model = "sandbox", prompt = "x [sandbox: fail=moderated]", size = "64x64", webhook_url = receiver.Url });
        failed.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        await receiver.CameAsync(1);
        using var slow = await gateway.GenerateAsync(new { model = "sandbox-slow", prompt = "x", webhook_url = receiver.Url, async = true });
        (await gateway.Client.PostAsync($"/v1/images/generations/{slow.Headers.GetValues("x-pictor-job").Single()}/cancel", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await receiver.CameAsync(2);
        receiver.Came.Select(came => JsonDocument.Parse(came.Body).RootElement.Text("type")).ShouldBe(["image.generation.failed", "image.generation.cancelled"]);
        receiver.Came.ShouldAllBe(came => came.Header("webhook-signature") == null && came.Header("webhook-id") != null);
    }

    [Fact]
    public async Task A_standing_webhook_of_the_key_is_told_beside_the_jobs_own()
    {
        await using var standing = new Receiver(_ => Receiver.Saying(200));
        await using var own = new Receiver(_ => Receiver.Saying(200));
        await using var gateway = await TestGateway.StartAsync(settings: [standing.Allowed, own.Allowed]);
        using var client = await gateway.NewKeyAsync(new { name = "k", webhook = new { url = standing.Url, secret = "plain words" } });
        await gateway.GenerateAsync(new { model = "sandbox", prompt = "x", size = "64x64", webhook_url = own.Url }, client);
        await gateway.GenerateAsync(new { model = "sandbox", prompt = "x", size = "64x64", webhook_url = standing.Url }, client);
        await standing.CameAsync(2);
        await own.CameAsync(1);
        var signed = standing.Came.First();
        signed.Header("webhook-signature").ShouldBe(WebhookSignature.Sign("plain words", signed.Header("webhook-id")!, long.Parse(signed.Header("webhook-timestamp")!), Encoding.UTF8.GetBytes(signed.Body)));
        var jobs = await (await client.GetAsync("/v1/images/generations")).JsonAsync();
        foreach (var job in jobs.GetProperty("data").EnumerateArray())
        {
            // The same address is told once.
            var deliveries = await (await client.GetAsync($"/v1/images/generations/{job.Text("id")}/deliveries")).JsonAsync();
            deliveries.GetProperty("data").EnumerateArray().Select(delivery => delivery.Text("url")).ShouldBeUnique();
        }
    }

    [Fact]
    public async Task A_failed_try_is_made_again_with_the_same_id_and_a_new_time()
    {
        var clock = new FakeClock();
        await using var receiver = new Receiver(number => Receiver.Saying(number < 3 ? 500 : 200));
        await using var gateway = await TestGateway.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(clock), settings: receiver.Allowed);
        using var answer = await gateway.GenerateAsync(new { model = "sandbox", prompt = "x", size = "64x64", webhook_url = receiver.Url, webhook_secret = "s" });
        var id = (await answer.JsonAsync()).Text("id");
        foreach (var (tries, pause) in new[] { (1, 5), (2, 300) })
        {
            // The clock stands: the row says by how much the next try is later than this one.
            var due = Next(await TriedAsync(gateway, id, tries));
            (due - clock.GetUtcNow().ToUnixTimeSeconds()).ShouldBeInRange(pause, (long)(pause * 1.2) + 1);
            await AdvanceUntilAsync(clock, receiver, tries + 1);
            Told(receiver, tries + 1).ShouldBeInRange(due, due + Reach);
        }

        (await EndedAsync(gateway, id)).Text("status").ShouldBe("delivered");
        receiver.Came.Select(came => came.Header("webhook-id")).Distinct().Count().ShouldBe(1);
        receiver.Came.Select(came => came.Header("webhook-timestamp")).Distinct().Count().ShouldBe(3);
        receiver.Came.Select(came => came.Header("webhook-signature")).Distinct().Count().ShouldBe(3);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(-5)]
    public async Task A_clock_that_jumps_moves_what_waits_with_it(int days)
    {
        Assert.SkipWhen(PostgreSqlServer.IsWanted, "there the time is the database's, and nobody moves the rows");
        var clock = new FakeClock();
        await using var receiver = new Receiver(number => Receiver.Saying(number < 3 ? 503 : 200));
        await using var gateway = await TestGateway.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(clock), settings: receiver.Allowed);
        using var answer = await gateway.GenerateAsync(new { model = "sandbox", prompt = "x", size = "64x64", webhook_url = receiver.Url });
        var id = (await answer.JsonAsync()).Text("id");
        await TriedAsync(gateway, id, 1);
        await AdvanceUntilAsync(clock, receiver, 2);
        var due = Next(await TriedAsync(gateway, id, 2));
        (due - clock.GetUtcNow().ToUnixTimeSeconds()).ShouldBeInRange(300, 361);
        clock.Jump(TimeSpan.FromDays(days));

        // A look of the worker, and the row is as far away as it was.
        var moved = due + (long)TimeSpan.FromDays(days).TotalSeconds;
        await Eventually.TrueAsync(async () =>
        {
            clock.Advance(TimeSpan.FromSeconds(0.5));
            return Next(await TriedAsync(gateway, id, 2)) != due;
        });
        Next(await TriedAsync(gateway, id, 2)).ShouldBeInRange(moved - 1, moved + 1);
        await AdvanceUntilAsync(clock, receiver, 3);
        Told(receiver, 3).ShouldBeInRange(moved - 1, moved + Reach);
        (await EndedAsync(gateway, id)).GetProperty("tries").GetArrayLength().ShouldBe(3);
    }

    [Theory]
    [InlineData("HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n", "failed")]
    [InlineData("HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", "pending")]
    [InlineData("HTTP/1.1 404 None\r\nContent-Length: 0\r\n\r\n", "pending")]
    [InlineData("\u0016\u0003\u0001garbage", "pending")]
    [InlineData("", "pending")]
    public async Task Only_a_2xx_is_success_and_only_410_stops(string raw, string status)
    {
        await using var receiver = new Receiver(_ => raw);
        await using var gateway = await TestGateway.StartAsync(settings: [receiver.Allowed, "Pictor:Upstream:RefusalTime=00:00:00"]);
        using var answer = await gateway.GenerateAsync(new { model = "sandbox", prompt = "x", size = "64x64", webhook_url = receiver.Url });
        var id = (await answer.JsonAsync()).Text("id");
        var delivery = await TriedAsync(gateway, id, 1);
        delivery.Text("status").ShouldBe(status);
        delivery.TryGetProperty("next_at", out _).ShouldBe(status == "pending");
        receiver.Came.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_receiver_that_asks_for_time_gets_it()
    {
        await using var receiver = new Receiver(_ => Receiver.Saying(429, "Retry-After: 120\r\n"));
        await using var gateway = await TestGateway.StartAsync(settings: receiver.Allowed);
        using var answer = await gateway.GenerateAsync(new { model = "sandbox", prompt = "x", size = "64x64", webhook_url = receiver.Url });
        var delivery = await TriedAsync(gateway, (await answer.JsonAsync()).Text("id"), 1);
        (delivery.GetProperty("next_at").GetInt64() - delivery.GetProperty("created_at").GetInt64()).ShouldBeInRange(119, 150);
    }

    [Theory]
    [InlineData("http://10.0.0.1/hook")]
    [InlineData("http://127.0.0.1:9/hook")]
    [InlineData("http://[::1]/hook")]
    [InlineData("http://169.254.169.254/latest")]
    public async Task An_address_inside_is_not_reached_and_nobody_learns_why(string url)
    {
        await using var gateway = await TestGateway.StartAsync(settings: "Pictor:Upstream:RefusalTime=00:00:00");
        using var answer = await gateway.GenerateAsync(new { model = "sandbox", prompt = "x", size = "64x64", webhook_url = url });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var delivery = await TriedAsync(gateway, (await answer.JsonAsync()).Text("id"), 1);
        delivery.GetProperty("tries")[0].Text("error").ShouldBe("The address could not be reached.");
    }

    [Fact]
    public async Task At_most_64_KB_of_an_answer_are_kept_and_one_that_comes_slowly_counts_by_its_status()
    {
        await using var big = new RawServer(async exchange =>
        {
            await exchange.ReadRequestAsync();
            await exchange.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 10485760\r\n\r\n" + new string('x', 10_485_760));
        });
        await using var slow = new RawServer(async exchange =>
        {
            await exchange.ReadRequestAsync();
            await exchange.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx");
            await exchange.HoldAsync();
        });
        await using var silent = new RawServer(async exchange =>
        {
            await exchange.ReadRequestAsync();
            await exchange.WriteAsync("HTTP/1.1 2");
            await exchange.HoldAsync();
        });
        await using var dripping = new RawServer(async exchange =>
        {
            await exchange.ReadRequestAsync();
            foreach (var letter in "HTTP/1.1 200 OK\r\nX: " + new string('x', 10_000))
            {
                await exchange.WriteAsync($"{letter}");
                await Task.Delay(TimeSpan.FromMilliseconds(200), exchange.Stopping);
            }
        });
        RawServer[] servers = [big, slow, silent, dripping];
        await using var gateway = await TestGateway.StartAsync(settings: [.. servers.Select(server => $"Pictor:Upstream:Allow:r{server.Port}=127.0.0.1/32:{server.Port}"), "Pictor:Webhooks:Timeout=00:00:02"]);
        var ended = new List<JsonElement>();
        foreach (var server in servers)
        {
            using var answer = await gateway.GenerateAsync(new { model = "sandbox", prompt = "x", size = "64x64", webhook_url = server.Address });
            ended.Add(await TriedAsync(gateway, (await answer.JsonAsync()).Text("id"), 1));
        }

        ended.Select(delivery => delivery.Text("status")).ShouldBe(["delivered", "delivered", "pending", "pending"]);
        ended[0].GetProperty("tries")[0].Text("body").Length.ShouldBe(64 * 1024);
        ended[2].GetProperty("tries")[0].TryGetProperty("status", out _).ShouldBeFalse();
        ended[3].GetProperty("tries")[0].TryGetProperty("status", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Hanging_receivers_do_not_delay_a_healthy_one()
    {
        await using var healthy = new Receiver(_ => Receiver.Saying(200));
        await using var hanging = new RawServer(exchange => exchange.HoldAsync());
        await using var gateway = await TestGateway.StartAsync(settings: [healthy.Allowed, $"Pictor:Upstream:Allow:h=127.0.0.0/8:{hanging.Port}", "Pictor:Webhooks:PerReceiver=2"]);

        // One dead receiver with more deliveries than it has places.
        for (var i = 0; i < 20; i++)
        {
            await gateway.GenerateAsync(new { model = "sandbox", prompt = "x", size = "64x64", webhook_url = hanging.Address + $"/{i}" });
        }

        await Eventually.TrueAsync(() => hanging.Connections == 2);
        for (var i = 0; i < 5; i++)
        {
            await gateway.GenerateAsync(new { model = "sandbox", prompt = "x", size = "64x64", webhook_url = healthy.Url });
        }

        await healthy.CameAsync(5);

        // The dead one still has not been given up: its first tries are under way.
        hanging.Connections.ShouldBe(2);
    }

    [Fact]
    public async Task What_was_not_told_before_a_stop_is_told_after_the_next_start()
    {
        var folder = Directory.CreateTempSubdirectory("pictor-webhooks-").FullName;
        try
        {
            string id;
            await using (var receiver = new Receiver(_ => Receiver.Saying(200)))
            {
                // Without a way to it, the first try fails.
                await using (var first = await TestGateway.StartAsync(folder: folder, settings: "Pictor:Upstream:RefusalTime=00:00:00"))
                {
                    using var answer = await first.GenerateAsync(new { model = "sandbox", prompt = "x", size = "64x64", webhook_url = receiver.Url, webhook_secret = Secret });
                    id = (await answer.JsonAsync()).Text("id");
                    await TriedAsync(first, id, 1);
                }

                if (!PostgreSqlServer.IsWanted)
                {
                    File.ReadAllBytes(Path.Combine(folder, "pictor.db")).AsSpan().IndexOf("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"u8).ShouldBe(-1);
                }

                await using var second = await TestGateway.StartAsync(folder: folder, settings: receiver.Allowed);
                await receiver.CameAsync(1);
                receiver.Came.TryPeek(out var came).ShouldBeTrue();
                came!.Header("webhook-signature").ShouldBe(WebhookSignature.Sign(Secret, came.Header("webhook-id")!, long.Parse(came.Header("webhook-timestamp")!), Encoding.UTF8.GetBytes(came.Body)));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Administrators_resend_and_disable()
    {
        await using var receiver = new Receiver(number => Receiver.Saying(number == 2 ? 200 : 500));
        await using var gateway = await TestGateway.StartAsync(settings: receiver.Allowed);
        using var answer = await gateway.GenerateAsync(new { model = "sandbox", prompt = "x", size = "64x64", webhook_url = receiver.Url });
        var jobId = (await answer.JsonAsync()).Text("id");
        var id = (await TriedAsync(gateway, jobId, 1)).Text("id");
        var disabled = await (await gateway.Client.PostAsync($"/admin/deliveries/{id}/disable", null)).JsonAsync();
        disabled.Text("status").ShouldBe("disabled");
        disabled.TryGetProperty("next_at", out _).ShouldBeFalse();
        (await gateway.Client.PostAsync($"/admin/deliveries/{id}/resend", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await receiver.CameAsync(2);
        (await EndedAsync(gateway, jobId)).Text("status").ShouldBe("delivered");
        receiver.Came.Select(came => came.Header("webhook-id")).Distinct().ShouldBe([id]);
        (await (await gateway.Client.GetAsync("/admin/deliveries?status=delivered")).JsonAsync()).GetProperty("data").GetArrayLength().ShouldBe(1);
        (await (await gateway.Client.GetAsync($"/admin/deliveries/{id}")).JsonAsync()).GetProperty("tries").GetArrayLength().ShouldBe(2);
        (await gateway.Client.PostAsync("/admin/deliveries/msg_none/resend", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await gateway.Client.GetAsync("/admin/deliveries?status=lost")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task What_is_resent_while_a_try_is_under_way_is_sent_again_at_once_when_that_one_fails()
    {
        // The clock stands: nothing that is to wait for its pause comes.
        var clock = new FakeClock();
        var first = new TaskCompletionSource();
        var calls = 0;
        await using var receiver = new RawServer(async exchange =>
        {
            await exchange.ReadRequestAsync();
            if (Interlocked.Increment(ref calls) == 1)
            {
                await first.Task;
                await exchange.WriteAsync("HTTP/1.1 500 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                return;
            }

            await exchange.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        });
        await using var gateway = await TestGateway.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(clock), settings: $"Pictor:Upstream:Allow:r=127.0.0.1/32:{receiver.Port}");
        using var answer = await gateway.GenerateAsync(new { model = "sandbox", prompt = "x", size = "64x64", webhook_url = receiver.Address });
        var job = (await answer.JsonAsync()).Text("id");
        await Eventually.TrueAsync(() => Volatile.Read(ref calls) == 1);
        clock.Advance(TimeSpan.FromSeconds(1));
        (await gateway.Client.PostAsync($"/admin/deliveries/{(await DeliveryAsync(gateway, job)).Text("id")}/resend", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        first.SetResult();
        var ended = await EndedAsync(gateway, job);
        ended.Text("status").ShouldBe("delivered");
        ended.GetProperty("tries").EnumerateArray().Select(made => made.GetProperty("status").GetInt32()).ShouldBe([500, 200]);
    }

    [Theory]
    [InlineData("whsec_")]
    [InlineData("whsec_not base64!")]
    [InlineData("whsec_abc")]
    public async Task A_secret_that_cannot_be_read_is_refused_at_the_door(string secret)
    {
        await using var gateway = await TestGateway.StartAsync();
        using var answer = await gateway.GenerateAsync(new { prompt = "x", webhook_url = "https://example.com/hook", webhook_secret = secret });
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.JsonAsync()).Error().Text("param").ShouldBe("webhook_secret");
        using var key = await gateway.Client.PostAsJsonAsync("/admin/keys", new { name = "k", webhook = new { url = "https://example.com/hook", secret } });
        key.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_standing_webhook_can_be_changed_and_taken_away_and_shows_no_secret()
    {
        await using var gateway = await TestGateway.StartAsync();
        var key = await (await gateway.Client.PostAsJsonAsync("/admin/keys", new { name = "k", webhook = new { url = "https://a.example/", secret = "first secret" } })).JsonAsync();
        var path = $"/admin/keys/{key.Text("id")}";
        key.GetProperty("webhook").GetProperty("signed").GetBoolean().ShouldBeTrue();
        key.ToString().ShouldNotContain("first secret");
        var moved = await (await gateway.Client.PatchAsJsonAsync(path, new { webhook = new { url = "https://b.example/" } })).JsonAsync();
        moved.GetProperty("webhook").Text("url").ShouldBe("https://b.example/");
        moved.GetProperty("webhook").GetProperty("signed").GetBoolean().ShouldBeTrue();
        var unsigned = await (await gateway.Client.PatchAsJsonAsync(path, new { webhook = new { secret = (string?)null } })).JsonAsync();
        unsigned.GetProperty("webhook").GetProperty("signed").GetBoolean().ShouldBeFalse();
        var none = await (await gateway.Client.PatchAsJsonAsync(path, new { webhook = (object?)null })).JsonAsync();
        none.TryGetProperty("webhook", out _).ShouldBeFalse();
        foreach (var bad in new object[] { new { url = "ftp://x" }, new { url = 7 }, new { }, "https://x" })
        {
            (await gateway.Client.PatchAsJsonAsync(path, new { webhook = bad })).StatusCode.ShouldBe(HttpStatusCode.BadRequest, bad.ToString());
        }
    }

    private static async Task<JsonElement> DeliveryAsync(TestGateway gateway, string jobId) =>
        (await (await gateway.Client.GetAsync($"/v1/images/generations/{jobId}/deliveries")).JsonAsync()).GetProperty("data").EnumerateArray().ShouldHaveSingleItem();

    private static async Task<JsonElement> TriedAsync(TestGateway gateway, string jobId, int tries)
    {
        await Eventually.TrueAsync(async () => (await DeliveryAsync(gateway, jobId)).GetProperty("tries").GetArrayLength() >= tries);
        return await DeliveryAsync(gateway, jobId);
    }

    private static long Next(JsonElement delivery) => delivery.GetProperty("next_at").GetInt64();

    // When a try was made, by the gateway's own clock.
    private static long Told(Receiver receiver, int number) =>
        long.Parse(receiver.Came.ElementAt(number - 1).Header("webhook-timestamp")!, CultureInfo.InvariantCulture);

    private static async Task<JsonElement> EndedAsync(TestGateway gateway, string jobId)
    {
        await Eventually.TrueAsync(async () => (await DeliveryAsync(gateway, jobId)).Text("status") != "pending");
        return await DeliveryAsync(gateway, jobId);
    }

    // The worker looks every half second of the fake clock; its look itself takes real time.
    private static Task AdvanceUntilAsync(FakeClock clock, Receiver receiver, int count) => Eventually.TrueAsync(() =>
    {
        if (receiver.Came.Count < count)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        return receiver.Came.Count >= count;
    });
}
