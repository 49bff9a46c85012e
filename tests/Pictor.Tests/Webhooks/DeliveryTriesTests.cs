using System.Text.Json;
using Pictor.Tests.Upstream;
using static Pictor.Tests.Webhooks.Deliveries;

namespace Pictor.Tests.Webhooks;

/// <summary>One delivery, tried until it arrives or may not be tried any more.</summary>
public sealed class DeliveryTriesTests
{
    // How far the fake clock may run on, in seconds, until a try that is due has come: it moves on while the worker works.
    private const long Reach = 3600;

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
}
