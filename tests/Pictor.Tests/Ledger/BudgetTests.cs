using System.Net;
using System.Text.Json;

namespace Pictor.Tests.Ledger;

public sealed class BudgetTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    public async Task A_budget_of_K_pictures_lets_exactly_K_pass_under_200_clients(int pictures)
    {
        await using var gateway = await TestGateway.StartAsync(settings: ["Pictor:Catalog:Prices=sandbox=0.035/0.04"]);
        using var client = await gateway.NewKeyAsync(new { name = "stranger", budget = new { amount = (pictures * 0.035m).ToString("0.000") } });
        var statuses = await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ =>
        {
            var mine = new List<HttpStatusCode>();
            for (var i = 0; i < 20; i++)
            {
                using var answer = await gateway.GenerateAsync(new { model = "sandbox", prompt = "x", size = "64x64" }, client);
                mine.Add(answer.StatusCode);
            }

            return mine;
        }));
        var counts = statuses.SelectMany(mine => mine).CountBy(status => status).ToDictionary();
        counts[HttpStatusCode.OK].ShouldBe(pictures);
        counts[HttpStatusCode.PaymentRequired].ShouldBe(4000 - pictures);
        await gateway.ShouldBalanceAsync();
        var key = (await (await gateway.Client.GetAsync("/admin/keys")).JsonAsync()).GetProperty("data").EnumerateArray().First(key => key.Text("name") == "stranger");
        key.GetProperty("budget").Text("remaining").ShouldBe("0.00");
        key.Text("held").ShouldBe("0.00");
    }

    [Fact]
    public async Task A_request_over_budget_is_a_402_that_SDKs_do_not_retry()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var client = await gateway.NewKeyAsync(new { name = "poor", budget = new { amount = "0.10", period = "month" } });
        using var answer = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x", n = 3 }, client);
        answer.StatusCode.ShouldBe(HttpStatusCode.PaymentRequired);
        answer.Headers.GetValues("x-should-retry").ShouldBe(["false"]);
        var error = (await answer.JsonAsync()).Error();
        error.Text("code").ShouldBe("insufficient_quota");
        error.Text("type").ShouldBe("insufficient_quota");
        error.Text("message").ShouldContain("0.105");

        // What is free needs no budget, and what still fits passes.
        (await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x", n = 2, aspect_ratio = "1:1" }, client)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x" }, client)).StatusCode.ShouldBe(HttpStatusCode.PaymentRequired);
        (await gateway.GenerateAsync(new { model = "sandbox", prompt = "x", size = "64x64" }, client)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_monthly_budget_is_there_once_a_month_whatever_the_clock_does()
    {
        var clock = new FakeClock();
        await using var gateway = await TestGateway.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(clock));
        using var client = await gateway.NewKeyAsync(new { name = "monthly", budget = new { amount = "0.035", period = "month" } });
        (await PassesAsync()).ShouldBeTrue();
        (await PassesAsync()).ShouldBeFalse();

        // The clock stands at 1 November; it jumps over the end of the month and back.
        clock.Jump(TimeSpan.FromDays(40));
        (await PassesAsync()).ShouldBeTrue();
        clock.Jump(TimeSpan.FromDays(-40));
        (await PassesAsync()).ShouldBeFalse();
        clock.Jump(TimeSpan.FromDays(40));
        (await PassesAsync()).ShouldBeFalse();
        clock.Jump(TimeSpan.FromDays(31));
        (await PassesAsync()).ShouldBeTrue();
        await gateway.ShouldBalanceAsync();

        async Task<bool> PassesAsync()
        {
            using var answer = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x", aspect_ratio = "1:1" }, client);
            return answer.StatusCode == HttpStatusCode.OK;
        }
    }

    [Fact]
    public async Task Only_an_adjustment_changes_what_was_spent()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var made = await gateway.Client.PostAsJsonAsync("/admin/keys", new { name = "k", budget = new { amount = "0.035" } });
        var key = await made.JsonAsync();
        using var client = gateway.ClientWith(key.Text("key"));
        var path = $"/admin/keys/{key.Text("id")}";
        (await GenerateAsync()).ShouldBe(HttpStatusCode.OK);
        (await GenerateAsync()).ShouldBe(HttpStatusCode.PaymentRequired);

        // Every setting of the key, also the budget itself, leaves it spent.
        (await gateway.Client.PatchAsJsonAsync(path, new { name = "renamed", budget = new { amount = "0.035" } })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await gateway.Client.PostAsync(path + "/rotate", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var rotated = gateway.ClientWith((await (await gateway.Client.PostAsync(path + "/rotate", null)).JsonAsync()).Text("key"));
        using var again = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x", aspect_ratio = "1:1" }, rotated);
        again.StatusCode.ShouldBe(HttpStatusCode.PaymentRequired);

        using var adjusted = await gateway.Client.PostAsJsonAsync(path + "/adjust", new { amount = "0.07", note = "goodwill" });
        var shown = await adjusted.JsonAsync();
        shown.Text("used").ShouldBe("-0.035");
        shown.GetProperty("budget").Text("remaining").ShouldBe("0.07");
        using var passes = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x", n = 2, aspect_ratio = "1:1" }, rotated);
        passes.StatusCode.ShouldBe(HttpStatusCode.OK);
        await gateway.ShouldBalanceAsync();
        var entries = await (await gateway.Client.GetAsync("/admin/ledger/entries?kind=adjust")).JsonAsync();
        entries.GetProperty("data")[0].Text("note").ShouldBe("goodwill");

        async Task<HttpStatusCode> GenerateAsync() => (await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x", aspect_ratio = "1:1" }, client)).StatusCode;
    }

    [Fact]
    public async Task A_budget_that_changes_while_requests_run_is_never_overspent_and_leaves_no_hold()
    {
        await using var gateway = await TestGateway.StartAsync(settings: ["Pictor:Catalog:Prices=sandbox=0.01"]);
        var key = await (await gateway.Client.PostAsJsonAsync("/admin/keys", new { name = "k", budget = new { amount = "0.20" } })).JsonAsync();
        using var client = gateway.ClientWith(key.Text("key"));
        var requests = Enumerable.Range(0, 200).Select(_ => gateway.GenerateAsync(new { model = "sandbox", prompt = "x", size = "64x64" }, client)).ToList();
        foreach (var amount in new[] { "0.05", "0.15", "0.10", "0.20" })
        {
            (await gateway.Client.PatchAsJsonAsync($"/admin/keys/{key.Text("id")}", new { budget = new { amount } })).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        var passed = (await Task.WhenAll(requests)).Count(answer => answer.StatusCode == HttpStatusCode.OK);
        passed.ShouldBeLessThanOrEqualTo(20);
        await gateway.ShouldBalanceAsync();
    }

    [Theory]
    [InlineData("""{"budget":{"amount":"-1"}}""")]
    [InlineData("""{"budget":{"amount":"1e3"}}""")]
    [InlineData("""{"budget":{"amount":1e400}}""")]
    [InlineData("""{"budget":{"amount":"0.0000001"}}""")]
    [InlineData("""{"budget":{"amount":"1000000001"}}""")]
    [InlineData("""{"budget":{"amount":"99999999999999999999999999999999"}}""")]
    [InlineData("""{"budget":{"amount":"NaN"}}""")]
    [InlineData("""{"budget":{"amount":true}}""")]
    [InlineData("""{"budget":{"amount":["1"]}}""")]
    [InlineData("""{"budget":{"amount":"1","period":"day"}}""")]
    [InlineData("""{"budget":{"amount":"1","used":"0"}}""")]
    [InlineData("""{"budget":{}}""")]
    [InlineData("""{"budget":"3.50"}""")]
    [InlineData("""{"budget":3.5}""")]
    [InlineData("""{"budget":[]}""")]
    [InlineData("""{"budget":{"amount":"1"},"admin":true}""")]
    [InlineData("""{"limits":{"requests_per_minute":0}}""")]
    [InlineData("""{"limits":{"concurrent":-1}}""")]
    [InlineData("""{"limits":{"images_per_minute":1.5}}""")]
    [InlineData("""{"limits":{"per_second":1}}""")]
    [InlineData("""{"limits":7}""")]
    public async Task Refuses_budgets_and_limits_that_mean_nothing(string properties)
    {
        await using var gateway = await TestGateway.StartAsync();
        using var answer = await gateway.Client.PostAsync("/admin/keys", new StringContent("""{"name":"x",""" + properties[1..], System.Text.Encoding.UTF8, "application/json"));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("3.5", "3.50")]
    [InlineData("\"3.50\"", "3.50")]
    [InlineData("0.1", "0.10")]
    [InlineData("0.000001", "0.000001")]
    public async Task Reads_an_amount_by_its_digits_also_as_a_number(string amount, string shown)
    {
        await using var gateway = await TestGateway.StartAsync();
        using var answer = await gateway.Client.PostAsync("/admin/keys", new StringContent($$$"""{"name":"x","budget":{"amount":{{{amount}}}}}""", System.Text.Encoding.UTF8, "application/json"));
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await answer.JsonAsync()).GetProperty("budget").Text("amount").ShouldBe(shown);
    }

    [Theory]
    [InlineData("""{"amount":"0","note":"x"}""")]
    [InlineData("""{"amount":"1"}""")]
    [InlineData("""{"note":"x"}""")]
    [InlineData("""{"amount":"1e9","note":"x"}""")]
    [InlineData("""{"amount":"1","note":"x","used":"0"}""")]
    public async Task Refuses_an_adjustment_without_amount_or_reason(string body)
    {
        await using var gateway = await TestGateway.StartAsync();
        var key = await (await gateway.Client.PostAsJsonAsync("/admin/keys", new { name = "k" })).JsonAsync();
        using var answer = await gateway.Client.PostAsync($"/admin/keys/{key.Text("id")}/adjust", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, JsonSerializer.Serialize(await answer.JsonAsync()));
    }
}
