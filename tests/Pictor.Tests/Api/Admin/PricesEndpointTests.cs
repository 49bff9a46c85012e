using System.Net;
using System.Text;

using Pictor.Tests.Ledger;

namespace Pictor.Tests.Api.Admin;

public sealed class PricesEndpointTests
{
    [Fact]
    public async Task A_price_holds_for_what_is_accepted_after_it_and_survives_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("pictor-prices-").FullName;
        try
        {
            await using (var gateway = await TestGateway.StartAsync(folder: folder))
            {
                using var answer = await PutAsync(gateway, "sandbox", """{"price":"0.02","list_price":0.03}""");
                answer.StatusCode.ShouldBe(HttpStatusCode.OK);
                (await answer.JsonAsync()).GetProperty("rows")[0].Text("list_price").ShouldBe("0.03");
                (await CostAsync(gateway)).ShouldBe("0.02");
            }

            await using var restarted = await TestGateway.StartAsync(folder: folder);
            (await CostAsync(restarted)).ShouldBe("0.02");
            await restarted.ShouldBalanceAsync();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_price_begins_when_it_is_to_begin()
    {
        var clock = new FakeClock();
        await using var gateway = await TestGateway.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var tomorrow = clock.GetUtcNow().AddDays(1);
        (await PutAsync(gateway, "sandbox", $$"""{"price":"0.5","effective_from":"{{tomorrow:O}}"}""")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await CostAsync(gateway)).ShouldBe("0.00");
        clock.Jump(TimeSpan.FromDays(1));
        (await CostAsync(gateway)).ShouldBe("0.50");
        (await PutAsync(gateway, "sandbox", $$"""{"price":"0.1","effective_from":"{{tomorrow.AddDays(-1):O}}"}""")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_price_that_was_set_stays_when_the_clock_goes_back()
    {
        var clock = new FakeClock();
        await using var gateway = await TestGateway.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(clock));
        clock.Jump(TimeSpan.FromDays(10));
        (await PutAsync(gateway, "sandbox", """{"price":"0.05"}""")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await CostAsync(gateway)).ShouldBe("0.05");

        // Set while the clock was ahead: it holds all the same, until another one begins.
        clock.Jump(TimeSpan.FromDays(-5));
        (await CostAsync(gateway)).ShouldBe("0.05");
        (await PutAsync(gateway, "sandbox", $$"""{"price":"0.06","effective_from":"{{clock.GetUtcNow().AddDays(1):O}}"}""")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await CostAsync(gateway)).ShouldBe("0.05");
        clock.Jump(TimeSpan.FromDays(1));
        (await CostAsync(gateway)).ShouldBe("0.06");
    }

    [Fact]
    public async Task A_price_that_was_set_while_the_clock_was_ahead_does_not_come_back()
    {
        var clock = new FakeClock();
        await using var gateway = await TestGateway.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(clock));
        clock.Jump(TimeSpan.FromDays(10));
        (await PutAsync(gateway, "sandbox", """{"price":"0.05"}""")).StatusCode.ShouldBe(HttpStatusCode.OK);
        clock.Jump(TimeSpan.FromDays(-5));
        var set = await (await PutAsync(gateway, "sandbox", """{"price":"0.07"}""")).JsonAsync();
        set.TryGetProperty("scheduled", out _).ShouldBeFalse();
        (await CostAsync(gateway)).ShouldBe("0.07");
        clock.Jump(TimeSpan.FromDays(6));
        (await CostAsync(gateway)).ShouldBe("0.07");
    }

    [Fact]
    public async Task A_job_that_runs_keeps_the_price_it_was_accepted_at()
    {
        await using var gateway = await TestGateway.StartAsync(settings: ["Pictor:Catalog:Prices=sandbox-slow=0.02"]);
        using var accepted = await gateway.GenerateAsync(new { model = "sandbox-slow", prompt = "x", size = "64x64", async = true });
        var id = accepted.Headers.GetValues("x-pictor-job").Single();
        (await PutAsync(gateway, "sandbox-slow", """{"price":"900"}""")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var ended = await (await gateway.Client.GetAsync($"/v1/images/generations/{id}?wait=60")).JsonAsync();
        ended.Text("cost").ShouldBe("0.02");
        await gateway.ShouldBalanceAsync();
    }

    [Theory]
    [InlineData("sandbox", """{"price":"-0.01"}""", 400)]
    [InlineData("sandbox", """{"price":"1001"}""", 400)]
    [InlineData("sandbox", """{"price":1e2}""", 400)]
    [InlineData("sandbox", """{"price":"0.0000001"}""", 400)]
    [InlineData("sandbox", """{"price":"1,5"}""", 400)]
    [InlineData("sandbox", """{"price":null}""", 400)]
    [InlineData("sandbox", """{}""", 400)]
    [InlineData("sandbox", """{"price":"1","budget":"2"}""", 400)]
    [InlineData("sandbox", """{"rows":[]}""", 400)]
    [InlineData("sandbox", """{"rows":[{"price":"1","quality":"high"}]}""", 400)]
    [InlineData("sandbox", """{"rows":[{"price":"1","shape":"round"},{"price":"1"}]}""", 400)]
    [InlineData("sandbox", """{"rows":[{"price":"1","max_pixels":0},{"price":"1"}]}""", 400)]
    [InlineData("sandbox", """{"rows":[{"price":"1","max_pixels":1.5},{"price":"1"}]}""", 400)]
    [InlineData("sandbox", """{"rows":[{"price":"1","max_pixels":"big"},{"price":"1"}]}""", 400)]
    [InlineData("sandbox", """{"rows":[{"price":"1","max_pixels":1e12},{"price":"1"}]}""", 400)]
    [InlineData("sandbox", """{"rows":[{"price":"1","max_pixels":4096}]}""", 400)]
    [InlineData("sandbox", """{"rows":[{"price":"1"},{"price":"2","max_pixels":4096},{"price":"3"}]}""", 400)]
    [InlineData("sandbox", """{"rows":[{"price":"1"}],"price":"1"}""", 400)]
    [InlineData("sandbox", """{"rows":[{"list_price":"1"}]}""", 400)]
    [InlineData("nope", """{"price":"1"}""", 404)]
    [InlineData("sandbox", """{"rows":[{"price":"2","quality":"high"},{"price":"1"}]}""", 200)]
    public async Task Refuses_prices_that_are_none(string model, string body, int status)
    {
        await using var gateway = await TestGateway.StartAsync();
        using var answer = await PutAsync(gateway, model, body);
        ((int)answer.StatusCode).ShouldBe(status);
        if (status != 200)
        {
            (await CostAsync(gateway)).ShouldBe("0.00");
        }
    }

    [Fact]
    public async Task A_price_by_size_is_estimated_held_and_charged()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var answer = await PutAsync(gateway, "sandbox", """{"rows":[{"max_pixels":4096,"price":"0.01","list_price":"0.02"},{"max_pixels":16384,"shape":"wide","price":"0.03"},{"price":"0.09"}]}""");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var shown = (await answer.JsonAsync()).GetProperty("rows");
        shown[0].GetProperty("max_pixels").GetInt64().ShouldBe(4096);
        shown[2].TryGetProperty("max_pixels", out _).ShouldBeFalse();

        foreach (var (size, price) in new[] { ("64x64", "0.01"), ("96x64", "0.03"), ("64x96", "0.09"), ("160x128", "0.09") })
        {
            using var estimated = await gateway.Client.PostAsJsonAsync("/v1/images/estimate", new { model = "sandbox", prompt = "x", size });
            (await estimated.JsonAsync()).Text("cost").ShouldBe(price, size);
            using var drawn = await gateway.GenerateAsync(new { model = "sandbox", prompt = "x", size });
            drawn.Headers.GetValues("x-pictor-cost").Single().ShouldBe(price, size);
        }

        await gateway.ShouldBalanceAsync();
    }

    [Fact]
    public async Task A_model_that_a_channel_brings_cannot_be_used_before_it_has_a_price()
    {
        await using var gateway = await TestGateway.StartAsync(settings: ["Pictor:Channels:own:Provider=sandbox", "Pictor:Channels:own:Models=a/new-model=sandbox-x"]);
        using var refused = await gateway.GenerateAsync(new { model = "a/new-model", prompt = "x", size = "64x64" });
        (await refused.JsonAsync()).Error().Text("code").ShouldBe("model_has_no_price");
        (await PutAsync(gateway, "a/new-model", """{"price":"0.01"}""")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var passes = await gateway.GenerateAsync(new { model = "a/new-model", prompt = "x", size = "64x64" });
        passes.StatusCode.ShouldBe(HttpStatusCode.OK);
        var all = await (await gateway.Client.GetAsync("/admin/prices")).JsonAsync();
        all.GetProperty("data").EnumerateArray().First(price => price.Text("model") == "a/new-model").GetProperty("rows").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Prices_are_listed_in_pages()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (names, after) = (new List<string>(), "");
        while (true)
        {
            var page = await (await gateway.Client.GetAsync($"/admin/prices?limit=2{after}")).JsonAsync();
            var shown = page.GetProperty("data").EnumerateArray().Select(price => price.Text("model")).ToList();
            shown.Count.ShouldBeInRange(1, 2);
            names.AddRange(shown);
            after = "&after=" + shown[^1];
            if (!page.GetProperty("has_more").GetBoolean())
            {
                break;
            }
        }

        var models = await (await gateway.Client.GetAsync("/v1/models")).JsonAsync();
        names.ShouldBe(models.GetProperty("data").EnumerateArray().Select(model => model.Text("id")));
        (await gateway.Client.GetAsync("/admin/prices?limit=0")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await gateway.Client.GetAsync("/admin/prices?after=nothing")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private static Task<HttpResponseMessage> PutAsync(TestGateway gateway, string model, string json) =>
        gateway.Client.PutAsync($"/admin/prices/{model}", new StringContent(json, Encoding.UTF8, "application/json"));

    private static async Task<string> CostAsync(TestGateway gateway)
    {
        using var answer = await gateway.GenerateAsync(new { model = "sandbox", prompt = "x", size = "64x64" });
        return (await answer.JsonAsync()).Text("cost");
    }
}
