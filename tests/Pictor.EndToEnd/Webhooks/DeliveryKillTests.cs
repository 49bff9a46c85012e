using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace Pictor.EndToEnd.Webhooks;

/// <summary>SIGKILL while webhooks go out to a receiver that checks them with the library of standardwebhooks.com.</summary>
/// <remarks><c>PICTOR_LONG=1</c> makes 200 kills over 10,000 deliveries of it.</remarks>
public sealed class DeliveryKillTests(NodePackages packages, ITestOutputHelper output) : IClassFixture<NodePackages>
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const int Callers = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Every_end_arrives_signed_and_under_one_id()
    {
        var (kills, wanted) = Environment.GetEnvironmentVariable("PICTOR_LONG") == "1" ? (200, 10_000) : (6, 300);
        using var folder = new TemporaryFolder();
        var log = folder.PathOf("came.jsonl");
        using var receiver = Process.Start(new ProcessStartInfo("node", [Path.Combine(packages.Receiver, "receiver.mjs"), log, Secret]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        try
        {
            var port = await receiver.StandardOutput.ReadLineAsync(new CancellationTokenSource(Patience).Token);
            (string, string?)[] settings = [("Pictor__Upstream__Allow__receiver", $"127.0.0.1/32:{port}")];
            var order = new { model = "sandbox", prompt = "x", size = "64x64", async = true, webhook_url = $"http://127.0.0.1:{port}/hook", webhook_secret = Secret };
            var accepted = new ConcurrentBag<string>();
            var random = new Random(3);
            for (var kill = 0; kill < kills; kill++)
            {
                await using var gateway = await GatewayProcess.StartAsync(folder.PathOf("data"), settings);
                var left = ((kill + 1) * wanted / kills) - accepted.Count;
                await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
                {
                    while (Interlocked.Decrement(ref left) >= 0)
                    {
                        using var answer = await gateway.GenerateAsync(order);
                        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
                        accepted.Add((await answer.JsonAsync()).Text("id"));
                    }
                }));

                // When it dies is what is tried out here; nothing waits for this time to be over.
                await Task.Delay(random.Next(0, 400));
                gateway.Kill();
            }

            await using var last = await GatewayProcess.StartAsync(folder.PathOf("data"), settings);
            await Poll.UntilAsync(() => Task.FromResult(accepted.Except(Read(log).Where(came => came.Status == 204).Select(came => came.Job!)).Any() is false), Patience, "every delivery");
            var came = Read(log);
            came.ShouldAllBe(call => call.Verified);
            came.ShouldAllBe(call => call.Type == "image.generation.succeeded");
            var ids = came.GroupBy(call => call.Job).ToDictionary(calls => calls.Key!, calls => calls.Select(call => call.Id).Distinct().Count(), StringComparer.Ordinal);
            ids.Count.ShouldBe(wanted);
            ids.Values.ShouldAllBe(count => count == 1);
            came.Select(call => call.Id).Distinct().Count().ShouldBe(wanted);
            output.WriteLine($"{kills} kills over {wanted} deliveries: {came.Length} calls, {came.Count(call => call.Status != 204)} refused on purpose, {came.Count(call => call.Status == 204) - wanted} told again, all signatures verified");
        }
        finally
        {
            receiver.Kill();
            await receiver.WaitForExitAsync();
        }
    }

    // The last line may be half written: the receiver is writing.
    private static Came[] Read(string log) =>
        !File.Exists(log) ? [] : [.. File.ReadAllText(log).Split('\n')[..^1].Select(line => JsonSerializer.Deserialize<Came>(line, JsonSerializerOptions.Web)!)];

    private sealed record Came(string Id, bool Verified, string? Job, string? Type, int Status);
}
