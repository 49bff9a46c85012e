using System.Diagnostics;
using System.Net;
using Pictor.EndToEnd.Peers;
using Pictor.Imaging;
using Pictor.Tests;

namespace Pictor.EndToEnd.Replicas;

/// <summary>Replicas that die, are replaced or lose sight of the database; the vendor's own record judges.</summary>
public sealed class LostReplicaTests
{
    private const int Jobs = 40;

    [Fact]
    public async Task The_jobs_of_a_killed_replica_are_taken_over_and_paid_once()
    {
        await using var pair = await ReplicaPair.StartAsync();
        var ids = await SubmitHeldAsync(pair, "kill");
        var owner = await OwnerAsync(pair);
        pair.A.Kill();
        var clock = Stopwatch.StartNew();
        await TakenOverAsync(pair, owner);
        pair.Fake.Release();
        foreach (var id in ids)
        {
            var job = await ReplicaPair.EndAsync(pair.B, id);
            job.Text("status").ShouldBe("succeeded", job.ToString());
        }

        TestContext.Current.SendDiagnosticMessage("{0} jobs were taken over and ended {1:0.0} s after the kill.", Jobs, clock.Elapsed.TotalSeconds);
        pair.Fake.Record.Paid.Count.ShouldBe(Jobs);
        pair.ShouldBePaidOnce();
        await pair.ShouldBalanceAsync();
    }

    [Fact]
    public async Task A_kill_at_any_moment_loses_no_job_and_pays_none_twice()
    {
        await using var pair = await ReplicaPair.StartAsync(TimeSpan.FromMilliseconds(300));
        var ids = await ReplicaPair.SubmitAsync(pair.A, Jobs, "any");
        pair.A.Kill();
        foreach (var id in ids)
        {
            var job = await ReplicaPair.EndAsync(pair.B, id);
            if (job.Text("status") != "succeeded")
            {
                // It was being sent when the replica died: the one honest end besides.
                job.Error().Text("code").ShouldBe("upstream_outcome_unknown", job.ToString());
            }
        }

        pair.ShouldBePaidOnce();
        await pair.ShouldBalanceAsync();
    }

    /// <summary>It still has the jobs in its memory as it wakes up, with polls that are overdue.</summary>
    [Fact]
    public async Task A_replica_that_stood_still_asks_no_vendor_for_jobs_that_are_anothers_by_now()
    {
        await using var pair = await ReplicaPair.StartAsync();
        var ids = await SubmitHeldAsync(pair, "still");
        var owner = await OwnerAsync(pair);
        pair.A.Pause();
        await TakenOverAsync(pair, owner);
        pair.Fake.Release();
        foreach (var id in ids)
        {
            (await ReplicaPair.EndAsync(pair.B, id)).Text("status").ShouldBe("succeeded");
        }

        var calls = pair.Fake.Record.Calls.Count;
        pair.A.Resume();
        await pair.MetAsync();
        (await ReplicaPair.EndAsync(pair.A, await ReplicaPair.SubmitAsync(pair.A, "after"))).Text("status").ShouldBe("succeeded");
        pair.Fake.Record.Calls.Skip(calls).Select(call => call.Job).Distinct().ShouldBe(["after"]);
        pair.Fake.Record.Paid.Count.ShouldBe(Jobs + 1);
        pair.ShouldBePaidOnce();
        await pair.ShouldBalanceAsync();
    }

    /// <summary>What waits in it behind others can be run by no other replica.</summary>
    [Fact]
    public async Task A_replica_that_stops_runs_what_has_its_pictures_only_there()
    {
        await using var pair = await ReplicaPair.StartAsync(TimeSpan.FromMilliseconds(500), settings: [("Pictor__Storage__SharedFolder", null), ("Pictor__Jobs__Concurrent", "1")]);
        var picture = "data:image/png;base64," + Convert.ToBase64String(Pixels.Solid(64, 64, PictureFormat.Png));
        var ids = new List<string>();
        for (var number = 0; number < 4; number++)
        {
            using var answer = await pair.A.GenerateAsync(new { model = "flux-kontext-pro", prompt = $"a lighthouse [fake: job=only-{number}]", image = picture, async = true });
            ids.Add((await answer.JsonAsync()).Text("id"));
        }

        pair.A.AskToStop();
        (await pair.A.ExitCodeAsync(ReplicaPair.Patience)).ShouldBe(0, pair.A.Output);
        foreach (var id in ids)
        {
            var job = await ReplicaPair.EndAsync(pair.B, id);
            job.Text("status").ShouldBe("succeeded", job.ToString());
        }

        pair.ShouldBePaidOnce();
        await pair.ShouldBalanceAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_replica_that_is_cut_off_from_the_database_hands_over_and_comes_back(bool silently)
    {
        await using var network = new TcpProxy((await PostgreSqlServer.SharedAsync()).Port);
        await using var pair = await ReplicaPair.StartAsync(port: network.Port);
        await CutOffAsync(pair, () => Task.Run(silently ? network.Freeze : network.Cut), () => Task.Run(network.Mend), isRefused: !silently);
    }

    /// <summary>No word of it reaches either side: what is sent is gone, until the lease or a statement's time is over.</summary>
    [Fact]
    public async Task A_replica_whose_cable_to_the_database_is_pulled_hands_over_and_comes_back()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "A network of one's own needs root.");
        await using var network = await NetworkNamespace.CreateAsync();
        await using var server = await PostgreSqlServer.StartAsync(networkNamespace: network.Name);
        await using var pair = await ReplicaPair.StartAsync(server: server, host: network.Address);
        await CutOffAsync(pair, network.CutAsync, network.MendAsync, isRefused: false);
    }

    [Fact]
    public async Task A_rolling_restart_under_load_fails_no_request()
    {
        await using var pair = await ReplicaPair.StartAsync(TimeSpan.FromMilliseconds(200));
        await using var front = new ReadyFront(pair.A, pair.B);
        using var stop = new CancellationTokenSource();
        var load = Enumerable.Range(0, 8).Select(client => LoadAsync(front, client, stop.Token)).ToArray();
        await Poll.UntilAsync(() => Task.FromResult(front.Answered > 20), ReplicaPair.Patience, "the load to run");
        foreach (var old in (GatewayProcess[])[pair.A, pair.B])
        {
            front.Add(await pair.StartOneAsync());
            old.AskToStop();
            (await old.ExitCodeAsync(ReplicaPair.Patience)).ShouldBe(0, old.Output);
            var after = front.Answered;
            await Poll.UntilAsync(() => Task.FromResult(front.Answered > after + 20), ReplicaPair.Patience, "the load to go on");
        }

        await stop.CancelAsync();
        (await Task.WhenAll(load)).SelectMany(failed => failed).ShouldBeEmpty();
        pair.ShouldBePaidOnce();
        await pair.ShouldBalanceAsync();
    }

    // A has jobs at the vendor, is cut off, and sees the database again when B has ended them.
    private static async Task CutOffAsync(ReplicaPair pair, Func<Task> cut, Func<Task> mend, bool isRefused)
    {
        var ids = await SubmitHeldAsync(pair, "cut");
        var owner = await OwnerAsync(pair);
        await cut();
        await TakenOverAsync(pair, owner);
        pair.Fake.Release();
        if (isRefused)
        {
            using var refused = await pair.A.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x" });
            refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            refused.Headers.RetryAfter.ShouldNotBeNull();
        }

        foreach (var id in ids)
        {
            (await ReplicaPair.EndAsync(pair.B, id)).Text("status").ShouldBe("succeeded");
        }

        await mend();
        await Poll.UntilAsync(async () => (await pair.A.Client.GetAsync("/readyz")).IsSuccessStatusCode, ReplicaPair.Patience, "the replica to be ready again");
        var after = await ReplicaPair.EndAsync(pair.A, await ReplicaPair.SubmitAsync(pair.A, "after"));
        after.Text("status").ShouldBe("succeeded", after.ToString());
        pair.Fake.Record.Paid.Count.ShouldBe(Jobs + 1);
        pair.ShouldBePaidOnce();
        await pair.ShouldBalanceAsync();
    }

    private static async Task<List<string>> LoadAsync(ReadyFront front, int client, CancellationToken stop)
    {
        var failed = new List<string>();
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var (status, body) = await front.GenerateAsync(new { model = "flux-kontext-pro", prompt = $"a lighthouse [fake: job={client}-{i}]" });
            if (status != HttpStatusCode.OK)
            {
                failed.Add($"{status}: {body}");
            }
        }

        return failed;
    }

    // All with a handle at the vendor, who holds them.
    private static async Task<List<string>> SubmitHeldAsync(ReplicaPair pair, string prefix)
    {
        var ids = new List<string>(await Task.WhenAll(Enumerable.Range(0, Jobs).Select(number => ReplicaPair.SubmitAsync(pair.A, $"{prefix}-{number}{ReplicaPair.Held}"))));
        await Poll.UntilAsync(async () => (long)(await pair.SqlAsync("SELECT COUNT(*) FROM jobs WHERE state = 'accepted'"))! == Jobs, ReplicaPair.Patience, "all jobs to have a handle");
        return ids;
    }

    private static async Task<string> OwnerAsync(ReplicaPair pair) => (string)(await pair.SqlAsync("SELECT MIN(owner) FROM jobs HAVING COUNT(DISTINCT owner) = 1"))!;

    private static Task TakenOverAsync(ReplicaPair pair, string owner) =>
        Poll.UntilAsync(async () => (long)(await pair.SqlAsync($"SELECT COUNT(*) FROM jobs WHERE ended_at IS NULL AND owner IS NOT NULL AND owner <> '{owner}'"))! == Jobs, ReplicaPair.Patience, "all jobs to be the other's");
}
