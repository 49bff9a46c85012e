using System.Net;
using Pictor.FakeUpstreams;
using Pictor.Images;
using Pictor.Providers.OpenAI;
using Pictor.Tests.Ledger;

namespace Pictor.Tests.Providers.OpenAI;

public sealed class TokenPricesTests
{
    [Theory]
    [InlineData("openai", "", null)]
    [InlineData("openai", "5/8/30", "0.03205")]
    [InlineData("relay", "2.5/4/15.0000005", "0.016026")]
    [InlineData("azure", "", "0.04269")]
    public async Task Upstream_cost_and_margin_come_from_the_tokens_that_were_told(string dialect, string prices, string? cost)
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(settings:
        [
            "Pictor:Upstream:Allow:tests=127.0.0.0/8:*",
            "Pictor:Channels:main:Provider=openai",
            $"Pictor:Channels:main:Dialect={dialect}",
            $"Pictor:Channels:main:TokenPrices={prices}",
            $"Pictor:Channels:main:BaseUrl={fake.BaseOf(dialect, dialect == "azure" ? "/openai/v1" : "/v1")}",
            $"Pictor:Channels:main:Credential={FakeOptions.UsualCredential}",
            $"Pictor:Channels:main:Models=gpt-image-1={(dialect == "azure" ? "pictures" : "gpt-image-1")}",
        ]);
        using var answer = await gateway.GenerateAsync(new { model = "gpt-image-1", prompt = "a lighthouse", size = "1024x1024", quality = "medium" });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());

        var used = (await (await gateway.Client.GetAsync("/admin/usage?by=channel")).JsonAsync()).GetProperty("data").EnumerateArray().ShouldHaveSingleItem();
        used.Text("cost").ShouldBe("0.042");
        used.Text("upstream_cost").ShouldBe(cost ?? "0.00");
        used.Text("margin").ShouldBe((0.042m - decimal.Parse(cost ?? "0")).ToString("0.00####"));
        used.GetProperty("uncosted_pictures").GetInt32().ShouldBe(cost is null ? 1 : 0);
        await gateway.ShouldBalanceAsync();
    }

    [Theory]
    [InlineData("5/8")]
    [InlineData("5/8/30/1")]
    [InlineData("5/8/-30")]
    [InlineData("5/8/1e3")]
    [InlineData("5//30")]
    [InlineData("5/8/100001")]
    [InlineData("cheap")]
    public async Task Prices_that_are_none_are_refused(string prices)
    {
        await using var gateway = await TestGateway.StartAsync();
        using var answer = await gateway.Client.PostAsJsonAsync(
            "/admin/channels",
            new { id = "c", provider = "openai", credential = "x", models = "gpt-image-1", options = new { TokenPrices = prices } });
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.JsonAsync()).Error().Text("message").ShouldContain("TokenPrices must be three prices");
    }

    [Theory]
    [InlineData("gpt-image-2", 7024, 210_720)]
    [InlineData("gpt-image-1", 4160, 166_400)]
    [InlineData("gpt-image-1.5", 4160, 133_120)]
    [InlineData("gpt-image-1-mini", 4160, 33_280)]
    public void A_square_of_high_quality_costs_what_the_vendor_lists(string model, long tokens, long micros) =>
        TokenPrices.Of(model)!.CostOf(new ImageUsage(0, 0, tokens)).ShouldBe(micros);

    [Theory]
    [InlineData(0)]
    [InlineData(long.MaxValue / 4)]
    public void No_tokens_and_absurd_ones_say_nothing(long tokens) => TokenPrices.Of("gpt-image-2")!.CostOf(new ImageUsage(tokens, 0, tokens)).ShouldBeNull();
}
