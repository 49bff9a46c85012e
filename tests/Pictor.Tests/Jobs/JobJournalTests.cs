using System.Text.Json;
using Pictor.Assets;
using Pictor.Catalog;
using Pictor.Errors;
using Pictor.Images;
using Pictor.Jobs;
using Pictor.Routing;

namespace Pictor.Tests.Jobs;

public sealed class JobJournalTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private readonly TestGateway _gateway = running.Gateway;

    [Fact]
    public async Task Keeps_the_pictures_of_an_end_that_is_written_again()
    {
        // As after a commit that reached the disk and was reported as failed.
        using var answer = await _gateway.GenerateAsync(new { model = "sandbox", prompt = "a boat", response_format = "url" });
        var job = await JobAsync((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!);
        var asset = (await Service<AssetStore>().OfJobAsync(job.Id, CancellationToken.None)).ShouldHaveSingleItem();
        var attempt = await AttemptAsync(job.Id);
        attempt.Outcome.ShouldBe(Attempt.Delivered);

        using var hold = new JobHold(CancellationToken.None);
        await Service<JobJournal>().EndedAsync(new JobRun(job, [], hold) { Delivery = new PartDelivery(attempt, [asset]) }, job, CancellationToken.None);

        File.Exists(PathOf(asset)).ShouldBeTrue();
        (await Service<AssetStore>().OfJobAsync(job.Id, CancellationToken.None)).ShouldHaveSingleItem().Id.ShouldBe(asset.Id);
    }

    [Fact]
    public async Task Takes_pictures_away_that_came_for_a_job_that_is_over()
    {
        using var answer = await _gateway.GenerateAsync(new { model = "sandbox", prompt = "a boat [sandbox: delay=60s]", async = true });
        var id = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        await Eventually.TrueAsync(async () => (await Service<AttemptStore>().OfJobAsync(id, CancellationToken.None)).Count == 1);
        using var cancelled = await _gateway.Client.PostAsync($"/v1/images/generations/{id}/cancel", null);
        cancelled.EnsureSuccessStatusCode();
        var job = await JobAsync(id);
        job.State.ShouldBe(JobState.Cancelled);
        var asset = await StoredAsync(id);
        var attempt = await AttemptAsync(id) with { Outcome = Attempt.Delivered, EndedAt = DateTimeOffset.UtcNow };

        using var hold = new JobHold(CancellationToken.None);
        await Service<JobJournal>().EndedAsync(new JobRun(job, [], hold) { Delivery = new PartDelivery(attempt, [asset]) }, job with { State = JobState.Succeeded }, CancellationToken.None);

        File.Exists(PathOf(asset)).ShouldBeFalse();
        (await Service<AssetStore>().OfJobAsync(id, CancellationToken.None)).ShouldBeEmpty();
        (await JobAsync(id)).State.ShouldBe(JobState.Cancelled);
        (await AttemptAsync(id)).Outcome.ShouldBe(Attempt.Delivered);
    }

    [Fact]
    public async Task Offers_pictures_late_that_came_for_a_job_that_was_given_up()
    {
        // As when another replica took the job over, could not know what became of the call, and ended it.
        using var answer = await _gateway.GenerateAsync(new { model = "sandbox", prompt = "a boat [sandbox: fail=unknown]" });
        var id = answer.Headers.GetValues("x-pictor-job").Single();
        var job = await JobAsync(id);
        job.State.ShouldBe(JobState.Unknown);
        var asset = await StoredAsync(id);
        var attempt = await AttemptAsync(id) with { Outcome = Attempt.Delivered, EndedAt = DateTimeOffset.UtcNow };

        using var hold = new JobHold(CancellationToken.None);
        await Service<JobJournal>().EndedAsync(new JobRun(job, [], hold) { Delivery = new PartDelivery(attempt, [asset]) }, job with { State = JobState.Succeeded }, CancellationToken.None);

        File.Exists(PathOf(asset)).ShouldBeTrue();
        (await JobAsync(id)).State.ShouldBe(JobState.Unknown);
        var shown = await (await _gateway.Client.GetAsync($"/v1/images/generations/{id}")).JsonAsync();
        shown.Text("status").ShouldBe("failed");
        shown.GetProperty("late_data").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Keeps_what_came_for_a_job_that_went_to_another_until_that_one_has_given_it_up()
    {
        using var answer = await _gateway.GenerateAsync(new { model = "sandbox", prompt = "a boat [sandbox: delay=60s]", async = true });
        var id = (await answer.JsonAsync()).Text("id");
        await Eventually.TrueAsync(async () => (await Service<AttemptStore>().OfJobAsync(id, CancellationToken.None)).Count == 1);
        var others = await JobAsync(id);
        var asset = await StoredAsync(id);
        var attempt = await AttemptAsync(id) with { Outcome = Attempt.Delivered, EndedAt = DateTimeOffset.UtcNow };
        using var hold = new JobHold(CancellationToken.None);
        var mine = others with { Generation = others.Generation - 1 };

        var ending = Service<JobJournal>().EndedAsync(new JobRun(mine, [], hold) { Delivery = new PartDelivery(attempt, [asset]) }, mine with { State = JobState.Succeeded }, CancellationToken.None);
        var givenUp = others with { State = JobState.Unknown, EndedAt = DateTimeOffset.UtcNow, Cost = default(Micros), Error = new GatewayError(ErrorKind.UpstreamOutcomeUnknown, "given up") };
        (await Service<JobJournal>().EndedAsync(new JobRun(others, [], hold), givenUp, CancellationToken.None)).ShouldBeTrue();

        (await ending).ShouldBeTrue();
        Service<JobSignals>().Interrupt(id);
        (await JobAsync(id)).State.ShouldBe(JobState.Unknown);
        (await Service<AssetStore>().OfJobAsync(id, CancellationToken.None)).ShouldHaveSingleItem().IsLate.ShouldBeTrue();
        File.Exists(PathOf(asset)).ShouldBeTrue();
    }

    private T Service<T>()
        where T : notnull => _gateway.Services.GetRequiredService<T>();

    private string PathOf(Asset asset) => Service<FileAssetStore>().PathOf(new AssetName(asset.Id, asset.Format));

    private async Task<Job> JobAsync(string id) => (await Service<JobStore>().FindAsync(id, CancellationToken.None))!;

    private async Task<Attempt> AttemptAsync(string jobId) => (await Service<AttemptStore>().OfJobAsync(jobId, CancellationToken.None)).ShouldHaveSingleItem();

    private async Task<Asset> StoredAsync(string jobId)
    {
        var asset = new Asset
        {
            Id = "img_" + Guid.NewGuid().ToString("N"),
            JobId = jobId,
            Position = 0,
            Format = OutputFormat.Png,
            Width = 1,
            Height = 1,
            Bytes = 1,
            Sha256 = "",
            CreatedAt = DateTimeOffset.UtcNow,
            ExpiresAt = DateTimeOffset.UtcNow.AddDays(1),
        };
        var file = Path.Combine(_gateway.Folder, "work", asset.Id);
        await File.WriteAllTextAsync(file, "x");
        await Service<FileAssetStore>().AddAsync(file, new AssetName(asset.Id, asset.Format), asset.Sha256, CancellationToken.None);
        return asset;
    }
}
