using System.Net;
using System.Text.Json;
using Pictor.FakeUpstreams;

namespace Pictor.EndToEnd;

/// <summary>SIGKILL while jobs wait for a polling vendor; the vendor's own record judges.</summary>
public sealed class PaidOnceTests
{
    private const int Jobs = 50;
    private const int Cycles = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("bfl", "flux-kontext-pro")]
    [InlineData("fal", "flux-kontext-pro=fal-ai/flux-pro/kontext")]
    [InlineData("replicate", "flux-kontext-pro=black-forest-labs/flux-kontext-pro")]
    public async Task Jobs_that_an_upstream_has_accepted_survive_a_kill_and_are_paid_once(string provider, string models)
    {
        await using var fake = await FakeUpstream.StartAsync();
        using var folder = new TemporaryFolder();
        var settings = Settings(fake, provider, models);
        List<string> ids;
        await using (var first = await GatewayProcess.StartAsync(folder.PathOf("data"), settings))
        {
            ids = await SubmitAsync(first, Jobs, 0, isHeld: _ => true);

            // Whether the handle is on the disk is seen in the rows: the state changes in the same transaction.
            await Poll.UntilAsync(async () => (await InStateAsync(folder, "accepted")).Count == Jobs, Patience, "all to have a handle");
            first.Kill();
        }

        (await InStateAsync(folder, "accepted")).ShouldBe(ids, ignoreOrder: true);
        fake.Release();
        await using var second = await GatewayProcess.StartAsync(folder.PathOf("data"), settings);
        foreach (var id in ids)
        {
            (await EndAsync(second, id)).Text("status").ShouldBe("succeeded");
        }

        fake.Record.Paid.Count.ShouldBe(Jobs);
        fake.Record.Paid.Select(call => call.Job).Distinct().Count().ShouldBe(Jobs);
    }

    [Fact]
    public async Task A_kill_at_any_moment_pays_for_no_job_twice()
    {
        await using var fake = await FakeUpstream.StartAsync(new FakeOptions { TaskTime = TimeSpan.FromMilliseconds(300) });
        using var folder = new TemporaryFolder();
        var settings = Settings(fake, "bfl", "flux-kontext-pro");
        var ids = new List<string>();
        var accepted = new HashSet<string>(StringComparer.Ordinal);
        var sending = new HashSet<string>(StringComparer.Ordinal);
        var random = new Random(7);
        for (var cycle = 0; cycle < Cycles; cycle++)
        {
            await using var gateway = await GatewayProcess.StartAsync(folder.PathOf("data"), settings);
            ids.AddRange(await SubmitAsync(gateway, 20, cycle, isHeld: number => number % 2 == 0));

            // When it dies is what is tried out here; nothing waits for this time to be over.
            await Task.Delay(random.Next(10, 700));
            gateway.Kill();

            // Nobody writes any more: this is where the next start goes on from.
            accepted.UnionWith(await InStateAsync(folder, "accepted"));
            sending.UnionWith(await InStateAsync(folder, "sending"));
        }

        // What is held has a handle after a while in one of the cycles, and only the last gateway can collect it.
        accepted.ShouldNotBeEmpty();
        fake.Release();

        await using var last = await GatewayProcess.StartAsync(folder.PathOf("data"), settings);
        var succeeded = new List<string>();
        foreach (var id in ids)
        {
            var job = await EndAsync(last, id);
            if (job.Text("status") == "succeeded")
            {
                succeeded.Add(id);
                continue;
            }

            // The one honest end besides: it was being sent when the gateway died, and nobody knows.
            job.GetProperty("error").Text("code").ShouldBe("upstream_outcome_unknown");
            job.Text("cost").ShouldBe("0.00");
            sending.ShouldContain(id);
        }

        accepted.ShouldBeSubsetOf(succeeded);

        fake.Record.Paid.GroupBy(call => call.Job).ShouldAllBe(calls => calls.Count() == 1);
        succeeded.Count.ShouldBeLessThanOrEqualTo(fake.Record.Paid.Count);
    }

    private static (string Name, string? Value)[] Settings(FakeUpstream fake, string provider, string models) =>
    [
        ("Pictor__Channels__fake__Provider", provider),
        ("Pictor__Channels__fake__BaseUrl", fake.BaseOf(provider).AbsoluteUri),
        ("Pictor__Channels__fake__Credential", FakeOptions.UsualCredential),
        ("Pictor__Channels__fake__Models", models),
        ("Pictor__Upstream__Allow__fake", "127.0.0.0/8:*"),
    ];

    private static async Task<List<string>> SubmitAsync(GatewayProcess gateway, int jobs, int cycle, Func<int, bool> isHeld)
    {
        var ids = new List<string>();
        for (var number = 0; number < jobs; number++)
        {
            using var answer = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = $"a lighthouse [fake: job={cycle}-{number}{(isHeld(number) ? " until=release" : "")}]", async = true });
            answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
            ids.Add((await answer.JsonAsync()).Text("id"));
        }

        return ids;
    }

    private static async Task<IReadOnlyList<string>> InStateAsync(TemporaryFolder folder, string state) =>
        [.. (await DataFolderAudit.JobsAsync(folder.PathOf("data"))).Where(job => job.State == state).Select(job => job.Id)];

    private static async Task<JsonElement> EndAsync(GatewayProcess gateway, string id)
    {
        using var answer = await gateway.Client.GetAsync($"/v1/images/generations/{id}?wait=120");
        return await answer.JsonAsync();
    }
}
