using System.Net;

namespace Pictor.Tests.Api.Billing;

public sealed class BillingEndpointTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private readonly TestGateway _gateway = running.Gateway;

    [Theory]
    [InlineData("")]
    [InlineData("/v1")]
    public async Task Shells_find_a_limit_and_what_was_spent(string start)
    {
        using var client = await _gateway.NewKeyAsync();
        using var made = await _gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x" }, client);
        made.StatusCode.ShouldBe(HttpStatusCode.OK);
        var subscription = await (await client.GetAsync($"{start}/dashboard/billing/subscription")).JsonAsync();
        subscription.Text("object").ShouldBe("billing_subscription");
        subscription.GetProperty("hard_limit_usd").GetDecimal().ShouldBe(100_000_000);
        var today = DateTime.UtcNow;
        (await UsageAsync(client, $"{start}/dashboard/billing/usage")).ShouldBe(3.5m);
        (await UsageAsync(client, $"{start}/dashboard/billing/usage?start_date={today.AddDays(-1):yyyy-MM-dd}&end_date={today.AddDays(1):yyyy-MM-dd}")).ShouldBe(3.5m);
        (await UsageAsync(client, $"{start}/dashboard/billing/usage?start_date=2020-1-1&end_date=2020-2-1")).ShouldBe(0);
        (await UsageAsync(_gateway.Client, $"{start}/dashboard/billing/usage?start_date=nonsense")).ShouldBe(0);
    }

    [Fact]
    public async Task A_budget_is_the_limit()
    {
        using var client = await _gateway.NewKeyAsync(new { name = "test", budget = new { amount = "3.50", period = "once" } });
        var subscription = await (await client.GetAsync("/dashboard/billing/subscription")).JsonAsync();
        subscription.GetProperty("hard_limit_usd").GetDecimal().ShouldBe(3.5m);
        (await UsageAsync(client, "/dashboard/billing/usage?end_date=9999-12-31")).ShouldBe(0);
    }

    [Fact]
    public async Task A_key_is_needed()
    {
        using var client = _gateway.ClientWith(null);
        using var answer = await client.GetAsync("/dashboard/billing/usage");
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private static async Task<decimal> UsageAsync(HttpClient client, string path) =>
        (await (await client.GetAsync(path)).JsonAsync()).GetProperty("total_usage").GetDecimal();

    [Fact]
    public async Task A_key_with_a_budget_sees_it_as_its_limit()
    {
        var key = await (await _gateway.Client.PostAsJsonAsync("/admin/keys", new { name = "k", budget = new { amount = "1.00" } })).JsonAsync();
        using var client = _gateway.ClientWith(key.Text("key"));
        await _gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x", aspect_ratio = "1:1" }, client);
        (await LimitAsync()).ShouldBe(1.00m);
        await _gateway.Client.PostAsJsonAsync($"/admin/keys/{key.Text("id")}/adjust", new { amount = "0.50", note = "goodwill" });
        (await LimitAsync()).ShouldBe(1.50m);

        async Task<decimal> LimitAsync() => (await (await client.GetAsync("/v1/dashboard/billing/subscription")).JsonAsync()).GetProperty("hard_limit_usd").GetDecimal();
    }
}
