using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

namespace Pictor.EndToEnd.Replicas;

/// <summary>Random replicas are killed while jobs run. Short here; <c>PICTOR_LONG=1</c> makes it 100 kills over 5,000 jobs.</summary>
public sealed class KillRunTests(ITestOutputHelper output)
{
    private const int Clients = 16;
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("PICTOR_LONG") == "1";
    private static readonly int Kills = IsLong ? 100 : 3;
    private static readonly int Jobs = IsLong ? 5_000 : 90;

    [Fact]
    public async Task Kills_of_random_replicas_lose_no_job_and_pay_none_twice()
    {
        await using var pair = await ReplicaPair.StartAsync(TimeSpan.FromSeconds(1));
        var replicas = new[] { pair.A, pair.B };
        var ids = new ConcurrentBag<string>();
        var clock = Stopwatch.StartNew();
        var submitting = Task.WhenAll(Enumerable.Range(0, Clients).Select(client => SubmitAsync(replicas, client, ids)));
        var random = new Random(11);
        var killed = 0;
        for (; killed < Kills; killed++)
        {
            var share = ids.Count;
            await Poll.UntilAsync(() => Task.FromResult(ids.Count >= share + (Jobs / Kills / 3) || submitting.IsCompleted), ReplicaPair.Patience, "jobs");
            var which = random.Next(2);
            replicas[which].Kill();
            var fresh = await pair.StartOneAsync();
            await replicas[which].DisposeAsync();
            replicas[which] = fresh;
            (pair.A, pair.B) = (replicas[0], replicas[1]);
        }

        await submitting;
        ids.Count.ShouldBe(Jobs);
        var ends = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (id, _) =>
        {
            var job = await ReplicaPair.EndAsync(replicas[0], id);
            ends.Add(job.Text("status") == "failed" ? job.Error().Text("code") : job.Text("status"));
        });
        var counts = ends.CountBy(end => end).ToDictionary(StringComparer.Ordinal);
        output.WriteLine($"{killed} kills, {Jobs} jobs, {clock.Elapsed.TotalSeconds:0} s: {string.Join(", ", counts.Select(count => $"{count.Value} {count.Key}"))}; paid {pair.Fake.Record.Paid.Count}");
        counts.Keys.Except(["succeeded", "upstream_outcome_unknown"], StringComparer.Ordinal).ShouldBeEmpty();

        // Only what was being sent when its replica died may end so; what had a handle is collected.
        counts.GetValueOrDefault("succeeded").ShouldBeGreaterThan(Jobs * 3 / 4);
        pair.ShouldBePaidOnce();
        pair.Fake.Record.Paid.Count.ShouldBeLessThanOrEqualTo(Jobs);
        await pair.ShouldBalanceAsync();
    }

    // A caller whose connection breaks sends the same call again, by the same key, to whoever answers.
    private static async Task SubmitAsync(GatewayProcess[] replicas, int client, ConcurrentBag<string> ids)
    {
        for (var number = client; number < Jobs; number += Clients)
        {
            for (var tries = 0; ; tries++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/images/generations")
                {
                    Content = JsonContent.Create(new { model = "flux-kontext-pro", prompt = $"a lighthouse [fake: job=run-{number}]", async = true }),
                    Headers = { { "Idempotency-Key", $"run-{number}" } },
                };
                try
                {
                    using var answer = await replicas[(number + tries) % 2].Client.SendAsync(request);
                    if (answer.StatusCode is HttpStatusCode.Accepted)
                    {
                        ids.Add((await answer.JsonAsync()).Text("id"));
                        break;
                    }
                }
                catch (Exception fault) when (fault is HttpRequestException or IOException or ObjectDisposedException or OperationCanceledException)
                {
                    // That one is gone.
                }

                tries.ShouldBeLessThan(5_000);
                await Task.Delay(20);
            }
        }
    }
}
