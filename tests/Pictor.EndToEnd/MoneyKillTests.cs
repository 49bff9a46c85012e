using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Pictor.FakeUpstreams;

namespace Pictor.EndToEnd;

/// <summary>SIGKILL under mixed load that costs money; the executable's own audit and the vendor's record judge after each.</summary>
/// <remarks><c>PICTOR_LONG=1</c> makes 100 cycles of it; <c>PICTOR_KILL_SEED</c> (1) changes when it dies.</remarks>
public sealed partial class MoneyKillTests(ITestOutputHelper output)
{
    private const int Callers = 6;
    private const int MostJobsACycle = 60;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // One picture each, at the size and quality that is asked for here.
    private static readonly Dictionary<string, long> Prices = new(StringComparer.Ordinal) { ["flux-kontext-pro"] = 35_000, ["gpt-image-1"] = 11_000 };

    [Fact]
    public async Task The_books_balance_and_charge_what_the_vendor_delivered()
    {
        var cycles = Environment.GetEnvironmentVariable("PICTOR_LONG") == "1" ? 100 : 5;
        var seed = int.TryParse(Environment.GetEnvironmentVariable("PICTOR_KILL_SEED"), CultureInfo.InvariantCulture, out var given) ? given : 1;
        var random = new Random(seed);
        await using var fake = await FakeUpstream.StartAsync(new FakeOptions { TaskTime = TimeSpan.FromMilliseconds(300) });
        using var folder = new TemporaryFolder();
        var data = folder.PathOf("data");
        var settings = Settings(fake);
        string? key = null;
        for (var cycle = 0; cycle < cycles; cycle++)
        {
            await using var gateway = await GatewayProcess.StartAsync(data, settings);
            key ??= await KeyAsync(gateway);
            using var client = gateway.ClientWith(key);
            using var over = new CancellationTokenSource();
            var left = new ConcurrentBag<int>(Enumerable.Range(0, MostJobsACycle));
            var callers = Enumerable.Range(0, Callers).Select(caller => CallAsync(gateway, client, new Random((seed * 1000) + (cycle * 10) + caller), cycle, left, over.Token)).ToArray();

            // When it dies is what is tried out here; nothing waits for this time to be over.
            await Poll.UntilAsync(() => Task.FromResult(left.Count <= MostJobsACycle - Callers - 2), Patience, "the first answers");
            await Task.Delay(random.Next(0, 1200));
            gateway.Kill();
            await over.CancelAsync();
            await Task.WhenAll(callers);

            // The sum is 0, what is held is what the open jobs hold, and charged is what their rows say was delivered.
            await Books.ShouldBalanceAsync(data, $"cycle {cycle}, seed {seed}");
            await CheckAsync(data, fake, allHaveEnded: false);
        }

        await using (var last = await GatewayProcess.StartAsync(data, settings))
        {
            await Poll.UntilAsync(async () => (await DataFolderAudit.JobsAsync(data)).All(job => job.HasEnded), Patience, "the end of every job");
            using var client = last.ClientWith(key);
            var jobs = await DataFolderAudit.JobsAsync(data);
            var spent = jobs.Sum(job => job.Cost);
            var keys = (await (await last.Client.GetAsync("/admin/keys")).JsonAsync()).GetProperty("data").EnumerateArray();
            var balance = keys.Single(row => row.Text("name") == "payer");
            Books.Micros(balance.Text("held")).ShouldBe(0);
            Books.Micros(balance.Text("used")).ShouldBe(spent);
            (await Books.EntriesAsync(last, "charge")).Sum(charge => charge.Micros).ShouldBe(spent);
        }

        await CheckAsync(data, fake, allHaveEnded: true);
        output.WriteLine(await Books.ShouldBalanceAsync(data));
        var states = await DataFolderAudit.StatesAsync(data);
        output.WriteLine($"{cycles} cycles, {fake.Record.Paid.Count} paid calls; rows: {string.Join(", ", states.Select(state => $"{state.Key} {state.Value}"))}");
        states["succeeded"].ShouldBeGreaterThan(cycles);
    }

    private static (string Name, string? Value)[] Settings(FakeUpstream fake) =>
    [
        .. Channel("polled", "bfl", fake.BaseOf("bfl").AbsoluteUri, "flux-kontext-pro"),
        .. Channel("blocking", "openai", fake.BaseOf("openai", "/v1").AbsoluteUri, "gpt-image-1"),
        ("Pictor__Upstream__Allow__fake", "127.0.0.0/8:*"),
    ];

    private static (string, string?)[] Channel(string id, string provider, string address, string models) =>
    [
        ($"Pictor__Channels__{id}__Provider", provider),
        ($"Pictor__Channels__{id}__BaseUrl", address),
        ($"Pictor__Channels__{id}__Credential", FakeOptions.UsualCredential),
        ($"Pictor__Channels__{id}__Models", models),
    ];

    private static async Task<string> KeyAsync(GatewayProcess gateway)
    {
        using var made = await gateway.Client.PostAsJsonAsync("/admin/keys", new { name = "payer", budget = new { amount = "100000", period = "month" } });
        return (await made.JsonAsync()).Text("key");
    }

    private static async Task CallAsync(GatewayProcess gateway, HttpClient client, Random random, int cycle, ConcurrentBag<int> left, CancellationToken over)
    {
        while (left.TryTake(out var number) && !over.IsCancellationRequested)
        {
            var polled = random.Next(3) > 0;
            var directives = random.Next(8) switch
            {
                0 => " status=400",
                1 => polled ? " moderation=output" : " status=500",
                2 => " fault=reset-after-body",
                _ => "",
            };
            var body = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["model"] = polled ? "flux-kontext-pro" : "gpt-image-1",
                ["prompt"] = $"a lighthouse [fake: job={cycle}-{number}{directives}]",
                ["n"] = random.Next(4) == 0 ? 2 : 1,
                ["async"] = random.Next(2) == 0,
            };
            if (!polled)
            {
                (body["quality"], body["size"]) = ("low", "1024x1024");
            }

            try
            {
                using var answer = await gateway.GenerateAsync(body, client);
                answer.StatusCode.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Accepted, HttpStatusCode.BadRequest, HttpStatusCode.BadGateway, HttpStatusCode.TooManyRequests, HttpStatusCode.ServiceUnavailable);
                if (answer.StatusCode == HttpStatusCode.Accepted && random.Next(5) == 0)
                {
                    var id = (await answer.JsonAsync()).Text("id");
                    (await client.PostAsync($"/v1/images/generations/{id}/cancel", null, over)).Dispose();
                }
            }
            catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException or IOException or JsonException)
            {
                // Killed before the answer was here.
                return;
            }
        }
    }

    /// <summary>Each job's cost against the vendor's own record of the calls that it made for it.</summary>
    private static async Task CheckAsync(string data, FakeUpstream fake, bool allHaveEnded)
    {
        var paid = fake.Record.Paid.GroupBy(call => call.Job!, StringComparer.Ordinal).ToDictionary(calls => calls.Key, calls => calls.Sum(call => call.Pictures), StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var job in await DataFolderAudit.JobsAsync(data))
        {
            var marker = Marker().Match(job.Request).Groups[1].Value;
            seen.Add(marker).ShouldBeTrue($"two jobs came of the call {marker}");
            var delivered = paid.GetValueOrDefault(marker);
            if (job.Cost > 0)
            {
                job.State.ShouldBe("succeeded");
                job.Cost.ShouldBe(Prices[job.Model] * job.Pictures, job.Id);
                job.Pictures.ShouldBeLessThanOrEqualTo(delivered, $"{job.Id} was charged for more than was delivered");
            }

            // Never more paid calls than pictures that were asked for: no picture is bought twice.
            delivered.ShouldBeLessThanOrEqualTo(job.Wanted, $"{job}\n{string.Join('\n', fake.Record.Calls.Where(call => call.Job == marker))}");
            // Of two pictures one may have come, and the other have been on its way when the gateway died.
            if (allHaveEnded && job.State == "succeeded" && job.Wanted == 1)
            {
                (job.Pictures, delivered).ShouldBe((1, 1), job.Id);
            }
        }

        paid.Keys.ShouldBeSubsetOf(seen);
    }

    [GeneratedRegex(@"\[fake: job=(\d+-\d+)")]
    private static partial Regex Marker();
}
