using System.Net;
using System.Text;
using Pictor.Webhooks;

namespace Pictor.Tests.Webhooks;

/// <summary>The webhook that a key keeps, beside the one that a request names.</summary>
public sealed class StandingWebhookTests
{
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
}
