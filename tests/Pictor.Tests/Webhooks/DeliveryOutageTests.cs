using System.Text.Json;
using Pictor.Api.Jobs;
using Pictor.Storage;
using Pictor.Webhooks;

namespace Pictor.Tests.Webhooks;

/// <summary>What goes wrong on our own side: the receiver has no part in it, and its schedule is not used up.</summary>
public sealed class DeliveryOutageTests
{
    [Fact]
    public async Task A_database_that_cannot_be_read_makes_no_try()
    {
        var looks = 0;
        await using var receiver = new Receiver(_ => Receiver.Saying(200));
        await using var gateway = await TestGateway.StartAsync(
            builder => builder.Services.AddSingleton(provider => new DeliveryBody((id, cancel) => Interlocked.Increment(ref looks) > 2
                ? provider.GetRequiredService<JobNotice>().WriteAsync(id, cancel)
                : throw GroupCommit.Unavailable(new IOException("no disk")))),
            settings: receiver.Allowed);
        var delivery = await EndedAsync(gateway, await MakeAsync(gateway, receiver));
        delivery.Text("status").ShouldBe("delivered");
        delivery.GetProperty("tries").GetArrayLength().ShouldBe(1);
        looks.ShouldBe(3);
    }

    [Fact]
    public async Task A_secret_that_does_not_open_is_a_try_that_says_whose_fault_it_is()
    {
        await using var receiver = new Receiver(_ => Receiver.Saying(410));
        var log = new LogLines();
        await using var gateway = await TestGateway.StartAsync(builder => builder.Logging.AddProvider(log), settings: receiver.Allowed);
        var job = await MakeAsync(gateway, receiver);
        var first = await EndedAsync(gateway, job);
        await Eventually.TrueAsync(() => log.Count($"Delivery {first.Text("id")} of job {job} and request req_") == 1);
        await ExecuteAsync(gateway, "UPDATE deliveries SET secret = 'AAAA'");
        using var resent = await gateway.Client.PostAsync($"/admin/deliveries/{first.Text("id")}/resend", null);
        await Eventually.TrueAsync(async () => (await DeliveryAsync(gateway, job)).GetProperty("tries").GetArrayLength() == 2);
        (await DeliveryAsync(gateway, job)).GetProperty("tries")[1].Text("error").ShouldBe("The gateway could not make the event.");
        log.Count("does not open").ShouldBe(1);
        receiver.Came.Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_arrived_is_not_sent_again_while_that_cannot_be_written()
    {
        var (clock, log) = (new FakeClock(), new LogLines());
        await using var receiver = new Receiver(_ => Receiver.Saying(200));
        await using var gateway = await TestGateway.StartAsync(
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(clock);
                builder.Logging.AddProvider(log);
            },
            settings: [receiver.Allowed, "Pictor:Webhooks:Timeout=00:02:00"]);
        await ExecuteAsync(gateway, "ALTER TABLE delivery_tries RENAME TO away");
        var job = await MakeAsync(gateway, receiver);
        await receiver.CameAsync(1);
        await Eventually.TrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(500));
            return log.Count("could not be written") >= 3;
        });
        await ExecuteAsync(gateway, "ALTER TABLE away RENAME TO delivery_tries");
        await Eventually.TrueAsync(async () =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(500));
            return (await DeliveryAsync(gateway, job)).Text("status") != "pending";
        });
        var delivery = await DeliveryAsync(gateway, job);
        delivery.Text("status").ShouldBe("delivered");
        delivery.GetProperty("tries").GetArrayLength().ShouldBe(1);
        receiver.Came.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_delivery_that_an_outage_left_with_a_living_replica_is_made()
    {
        var server = await PostgreSqlServer.SharedAsync();
        var database = "w_" + Guid.NewGuid().ToString("N")[..12];
        await using var receiver = new Receiver(number => Receiver.Saying(number == 1 ? 500 : 200));
        await using var gateway = await TestGateway.StartAsync(settings: [receiver.Allowed, $"Pictor:Storage:PostgreSql={await server.DatabaseAsync(database)}"]);
        var job = await MakeAsync(gateway, receiver);
        await Eventually.TrueAsync(async () => (await DeliveryAsync(gateway, job)).GetProperty("tries").GetArrayLength() == 1);

        // As it stands when the claim was written and nothing could be written of it any more.
        await server.ExecuteAsync(database, "UPDATE deliveries SET next_at = 0, replica = (SELECT id FROM replicas)");
        (await EndedAsync(gateway, job)).Text("status").ShouldBe("delivered");
    }

    private static Task ExecuteAsync(TestGateway gateway, string sql) =>
        gateway.Services.GetRequiredService<Database>().WriteAsync(session => session.ExecuteAsync(sql), CancellationToken.None);

    private static async Task<string> MakeAsync(TestGateway gateway, Receiver receiver)
    {
        using var answer = await gateway.GenerateAsync(new { model = "sandbox", prompt = "x", size = "64x64", webhook_url = receiver.Url, webhook_secret = "plain words" });
        return (await answer.JsonAsync()).Text("id");
    }

    private static async Task<JsonElement> DeliveryAsync(TestGateway gateway, string job) =>
        (await (await gateway.Client.GetAsync($"/v1/images/generations/{job}/deliveries")).JsonAsync()).GetProperty("data").EnumerateArray().ShouldHaveSingleItem();

    private static async Task<JsonElement> EndedAsync(TestGateway gateway, string job)
    {
        await Eventually.TrueAsync(async () => (await DeliveryAsync(gateway, job)).Text("status") != "pending");
        return await DeliveryAsync(gateway, job);
    }
}
