using System.Net;
using System.Text.Json;
using Pictor.FakeUpstreams;

namespace Pictor.Tests.Jobs;

/// <summary>A channel that is taken away while a job runs takes its models with it, but not what was bought.</summary>
public sealed class RemovedChannelTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_was_bought_through_a_channel_that_is_gone_is_delivered_and_charged(int pictures)
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(settings: "Pictor:Upstream:Allow:fake=127.0.0.0/8:*");
        using var made = await gateway.Client.PostAsJsonAsync(
            "/admin/channels",
            new { id = "short", provider = "bfl", base_url = fake.BaseOf("bfl"), credential = FakeOptions.UsualCredential, models = new Dictionary<string, string> { ["brought"] = "flux-kontext-pro" } });
        made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        using var client = await gateway.NewKeyAsync(new { name = "paying", budget = new { amount = "5.00" } });

        using var accepted = await gateway.GenerateAsync(new { model = "brought", n = pictures, prompt = "a lighthouse [fake: until=release]", async = true }, client);
        accepted.StatusCode.ShouldBe(HttpStatusCode.Accepted, await accepted.Content.ReadAsStringAsync());
        await Eventually.TrueAsync(() => fake.Record.Paid.Count == pictures);
        (await gateway.Client.DeleteAsync("/admin/channels/short")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var unknown = await gateway.GenerateAsync(new { model = "brought", prompt = "x" }, client);
        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        fake.Release();

        var job = await (await client.GetAsync(accepted.Headers.Location + "?wait=60")).JsonAsync();
        job.Text("status").ShouldBe("succeeded", job.ToString());
        job.GetProperty("data").EnumerateArray().Count(HasLink).ShouldBe(pictures);
        job.Text("cost").ShouldBe(pictures == 1 ? "0.035" : "0.07");
        fake.Record.Paid.Count.ShouldBe(pictures);
    }

    private static bool HasLink(JsonElement picture) => picture.Text("url") is { Length: > 0 };
}
