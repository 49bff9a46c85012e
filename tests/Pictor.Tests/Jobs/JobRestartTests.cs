using System.Net;
using Pictor.FakeUpstreams;
using Pictor.Jobs;
using Pictor.Routing;

namespace Pictor.Tests.Jobs;

public sealed class JobRestartTests
{
    [Fact]
    public async Task A_stopped_gateway_hands_its_jobs_to_the_next_one()
    {
        var folder = Directory.CreateTempSubdirectory("pictor-restart-").FullName;
        try
        {
            var paths = new List<string>();
            await using (var first = await TestGateway.StartAsync(folder: folder, settings: "Pictor:Jobs:StopTime=00:00:00"))
            {
                for (var i = 0; i < 5; i++)
                {
                    using var accepted = await first.GenerateAsync(new { model = "sandbox", size = "64x64", prompt = $"x {i} [sandbox: delay=2s]", async = true });
                    accepted.StatusCode.ShouldBe(HttpStatusCode.Accepted);
                    paths.Add(accepted.Headers.Location!.ToString());
                }
            }

            await using var second = await TestGateway.StartAsync(folder: folder);
            foreach (var path in paths)
            {
                var job = await (await second.Client.GetAsync(path + "?wait=60")).JsonAsync();
                job.Text("status").ShouldBe("succeeded");
                (await second.Services.GetRequiredService<AttemptStore>().OfJobAsync(job.Text("id"), CancellationToken.None)).ShouldAllBe(attempt => attempt.EndedAt != null);
                using var http = new HttpClient();
                var link = new Uri(job.GetProperty("data")[0].Text("url"));
                (await http.GetAsync(new Uri(second.Address, link.PathAndQuery))).StatusCode.ShouldBe(HttpStatusCode.OK);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_call_that_a_stop_interrupted_is_not_sent_again_by_the_next_gateway()
    {
        var folder = Directory.CreateTempSubdirectory("pictor-restart-").FullName;
        await using var fake = await FakeUpstream.StartAsync(new FakeOptions());
        string[] settings =
        [
            "Pictor:Jobs:StopTime=00:00:00", "Pictor:Channels:fake:Provider=openai", $"Pictor:Channels:fake:BaseUrl={fake.BaseOf("openai", "/v1")}",
            $"Pictor:Channels:fake:Credential={FakeOptions.UsualCredential}", "Pictor:Channels:fake:Models=gpt-image-1",
        ];
        try
        {
            string path;
            await using (var first = await TestGateway.StartAsync(folder: folder, settings: settings))
            {
                using var accepted = await first.GenerateAsync(new { model = "gpt-image-1", prompt = "a lighthouse [fake: fault=silence]", async = true });
                path = accepted.Headers.Location!.ToString();
                await Eventually.TrueAsync(() => fake.Record.Paid.Count == 1);
            }

            await using var second = await TestGateway.StartAsync(folder: folder, settings: settings);
            var job = await (await second.Client.GetAsync(path + "?wait=60")).JsonAsync();
            job.Text("status").ShouldBe("failed");
            job.Error().Text("code").ShouldBe("upstream_outcome_unknown");
            fake.Record.Paid.Count.ShouldBe(1);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_job_that_is_late_ends_with_its_deadline()
    {
        await using var gateway = await TestGateway.StartAsync(settings: "Pictor:Jobs:Deadline=00:00:01");
        using var answer = await gateway.GenerateAsync(new { model = "sandbox", size = "64x64", prompt = "x [sandbox: delay=300s]" });
        answer.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        (await answer.JsonAsync()).Error().Text("code").ShouldBe("job_deadline_exceeded");
        answer.Headers.GetValues("x-should-retry").ShouldBe(["false"]);
    }

    [Fact]
    public async Task A_call_is_held_only_so_long_and_then_names_its_job()
    {
        await using var gateway = await TestGateway.StartAsync(settings: "Pictor:Jobs:LongestCall=00:00:01");
        using var answer = await gateway.GenerateAsync(new { model = "sandbox", size = "64x64", prompt = "x [sandbox: delay=2s]" });
        answer.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        answer.Headers.GetValues("x-should-retry").ShouldBe(["false"]);
        var job = await (await gateway.Client.GetAsync(answer.Headers.Location + "?wait=60")).JsonAsync();
        job.Text("status").ShouldBe("succeeded");
    }

    [Fact]
    public async Task A_stopping_gateway_says_so_and_takes_no_new_work()
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Services.GetRequiredService<JobDrain>().Begin();
        (await gateway.Client.GetAsync("/readyz")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        using var answer = await gateway.GenerateAsync(new { prompt = "x" });
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Headers.RetryAfter.ShouldNotBeNull();
    }
}
