using System.Net;
using System.Text;
using System.Text.Json;
using Pictor.Tests.Upstream;
using Pictor.Webhooks;
using static Pictor.Tests.Webhooks.Deliveries;

namespace Pictor.Tests.Webhooks;

/// <summary>Who is told of what, and that nobody waits for somebody else.</summary>
public sealed class DeliveryWorkerTests
{
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
}
