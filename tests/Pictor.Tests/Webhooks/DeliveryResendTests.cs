using System.Net;
using Pictor.Tests.Upstream;
using static Pictor.Tests.Webhooks.Deliveries;

namespace Pictor.Tests.Webhooks;

/// <summary>What administrators do with a delivery.</summary>
public sealed class DeliveryResendTests
{
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
}
