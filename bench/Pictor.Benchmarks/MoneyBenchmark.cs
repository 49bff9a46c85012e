using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Pictor.Benchmarks;

/// <summary>
/// The same small Sandbox request with a price, so that each is a hold and a charge against a budget, and without one, so that
/// nothing is booked: everything else is the same, and the ratio is what the ledger costs.
/// </summary>
internal static class MoneyBenchmark
{
    private const int Rounds = 3;
    private const int Connections = 32;
    private const string Body = """{"model":"sandbox","prompt":"A red circle","size":"64x64"}""";

    public static async Task RunAsync()
    {
        await using var priced = await MeasuredProcess.GatewayAsync("Pictor:Catalog:Prices=sandbox=0.035/0.04");
        await using var free = await MeasuredProcess.GatewayAsync();
        var (budget, none) = (await KeyAsync(priced), await KeyAsync(free));
        var (with, without) = (new List<LoadResult>(), new List<LoadResult>());
        for (var round = 0; round < Rounds; round++)
        {
            without.Add(await Load.RunAsync(free, new Uri(free.Address, "v1/images/generations"), Body, Connections, TimeSpan.FromSeconds(6), none));
            with.Add(await Load.RunAsync(priced, new Uri(priced.Address, "v1/images/generations"), Body, Connections, TimeSpan.FromSeconds(6), budget));
        }

        var ratios = with.Zip(without, (one, other) => one.PerSecond / other.PerSecond).Order().ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\ndurable requests with hold and charge, {Connections} connections, {Rounds} rounds in turn"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  priced {Median(with):0}/s, free {Median(without):0}/s, ratio pair by pair {ratios[0]:0.00} / {ratios[Rounds / 2]:0.00} / {ratios[^1]:0.00}"));
    }

    private static double Median(List<LoadResult> results) => results.Select(result => result.PerSecond).Order().ElementAt(results.Count / 2);

    private static async Task<string> KeyAsync(MeasuredProcess gateway)
    {
        using var client = new HttpClient { BaseAddress = gateway.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", MeasuredProcess.AdminKey);
        using var answer = await client.PostAsJsonAsync("/admin/keys", new { name = "payer", budget = new { amount = "100000000", period = "month" } });
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("key").GetString()!;
    }
}
