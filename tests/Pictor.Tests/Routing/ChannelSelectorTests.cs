using Pictor.Routing;

namespace Pictor.Tests.Routing;

public sealed class ChannelSelectorTests
{
    private const int Seed = 7;
    private static readonly (string Id, int Priority, int Weight)[] Channels = [("light", 0, 1), ("middle", 0, 3), ("heavy", 0, 6), ("spare", 1, 100)];

    [Fact]
    public async Task Priority_goes_first_and_weight_is_the_share_inside_of_it()
    {
        const int calls = 10_000;
        await using var gateway = await StartAsync();
        var selector = gateway.Services.GetRequiredService<ChannelSelector>();

        var orders = Enumerable.Range(0, calls).Select(_ => selector.Order("weighted").Select(channel => channel.Id).ToArray()).ToList();

        orders.ShouldAllBe(order => order.Distinct().Count() == Channels.Length && order.Last() == "spare");

        // Five standard deviations of a share of a half, with a seed: the same every time.
        Share("light", 0).ShouldBe(0.1, 0.025);
        Share("middle", 0).ShouldBe(0.3, 0.025);
        Share("heavy", 0).ShouldBe(0.6, 0.025);

        // Where the first one fails, the others are asked by their weights too: 0.1 * 6/9 + 0.3 * 6/7.
        Share("heavy", 1).ShouldBe(0.324, 0.025);

        double Share(string id, int place) => orders.Count(order => order[place] == id) / (double)calls;
    }

    [Fact]
    public async Task Calls_are_shared_by_weight_and_what_comes_later_is_left_alone()
    {
        const int calls = 50;
        await using var gateway = await StartAsync();
        var served = new List<string>();
        for (var i = 0; i < calls; i++)
        {
            using var answer = await gateway.GenerateAsync(new { model = "weighted", prompt = "x", size = "64x64" });
            answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
            served.Add(answer.Headers.GetValues("x-pictor-channel").Single());
        }

        served.ShouldNotContain("spare");
        served.Count(id => id == "heavy").ShouldBeGreaterThan(served.Count(id => id == "light"));
        served.ShouldContain("middle");
    }

    private static Task<TestGateway> StartAsync() => TestGateway.StartAsync(
        builder => builder.Services.AddSingleton(new Random(Seed)),
        settings:
        [
            .. Channels.SelectMany(channel => new[]
            {
                $"Pictor:Channels:{channel.Id}:Provider=sandbox",
                $"Pictor:Channels:{channel.Id}:Models=weighted=sandbox",
                $"Pictor:Channels:{channel.Id}:Priority={channel.Priority}",
                $"Pictor:Channels:{channel.Id}:Weight={channel.Weight}",
            }),
            "Pictor:Catalog:Prices=weighted=0.01",
        ]);
}
