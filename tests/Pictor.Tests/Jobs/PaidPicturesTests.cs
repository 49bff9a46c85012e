using System.Net;
using Pictor.Assets;
using Pictor.FakeUpstreams;
using Pictor.Routing;

namespace Pictor.Tests.Jobs;

/// <summary>What was paid for is delivered and charged, whatever stands in its way for a moment.</summary>
public sealed class PaidPicturesTests
{
    [Fact]
    public async Task A_picture_that_the_disk_does_not_take_is_stored_when_it_does()
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            builder => builder.Services.AddSingleton<IAssetStore>(services => new FullDisk(services.GetRequiredService<FileAssetStore>())), settings: Channel(fake, "openai", "openai", "/v1", "dall-e-3"));

        using var answer = await gateway.GenerateAsync(new { model = "dall-e-3", prompt = "a lighthouse" });

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        using var http = new HttpClient();
        (await http.GetAsync((await answer.JsonAsync()).GetProperty("data")[0].Text("url"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        fake.Record.Paid.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("status=503 at=picture")]
    [InlineData("fault=reset-in-body at=picture")]
    public async Task A_link_that_fails_for_a_moment_is_asked_again(string fault)
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(settings: Channel(fake, "openai", "openai", "/v1", "dall-e-3"));
        fake.Faults.Add(fault, next: 1);

        using var answer = await gateway.GenerateAsync(new { model = "dall-e-3", prompt = "a lighthouse [fake: shape=url]" });

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        fake.Faults.Left.ShouldBe(0);
        fake.Record.Paid.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_job_that_has_brought_pictures_is_not_cancelled_for_nothing()
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(settings: Channel(fake, "replicate", "replicate", "", "flux-kontext-pro=black-forest-labs/flux-kontext-pro"));
        using var client = await gateway.NewKeyAsync(new { name = "paying", budget = new { amount = "5.00" } });
        fake.Faults.Add("until=release", next: 1);

        using var accepted = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "a lighthouse", n = 3, async = true }, client);
        var id = (await accepted.JsonAsync()).Text("id");
        var attempts = gateway.Services.GetRequiredService<AttemptStore>();
        await Eventually.TrueAsync(async () => (await attempts.OfJobAsync(id, CancellationToken.None)).Any(attempt => attempt.Outcome == Attempt.Delivered));
        using var refused = await client.PostAsync($"/v1/images/generations/{id}/cancel", null);
        refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await refused.JsonAsync()).Error().Text("code").ShouldBe("not_cancellable");

        fake.Release();
        var job = await (await client.GetAsync($"/v1/images/generations/{id}?wait=60")).JsonAsync();
        job.Text("status").ShouldBe("succeeded", job.ToString());
        job.GetProperty("data").GetArrayLength().ShouldBe(3);
        job.Text("cost").ShouldBe("0.105");
        fake.Record.Paid.Count.ShouldBe(3);
    }

    private static string[] Channel(FakeUpstream fake, string provider, string dialect, string path, string models) =>
    [
        $"Pictor:Channels:main:Provider={provider}",
        $"Pictor:Channels:main:BaseUrl={fake.BaseOf(dialect, path)}",
        $"Pictor:Channels:main:Credential={FakeOptions.UsualCredential}",
        $"Pictor:Channels:main:Models={models}",
        "Pictor:Upstream:Allow:fake=127.0.0.0/8:*",
    ];

    /// <summary>The disk of the data folder, once without room.</summary>
    private sealed class FullDisk(IAssetStore files) : IAssetStore
    {
        private int _adds;

        public Task AddAsync(string temporary, AssetName name, string sha256, CancellationToken cancellationToken) =>
            Interlocked.Increment(ref _adds) == 1 ? throw new IOException("No space left on device") : files.AddAsync(temporary, name, sha256, cancellationToken);

        public Task<StoredPicture?> OpenAsync(AssetName name, bool isWhole, CancellationToken cancellationToken) => files.OpenAsync(name, isWhole, cancellationToken);

        public Task RemoveAsync(AssetName name, CancellationToken cancellationToken) => files.RemoveAsync(name, cancellationToken);

        public Task<Uri?> DirectLinkAsync(AssetName name, DateTimeOffset until, CancellationToken cancellationToken) => files.DirectLinkAsync(name, until, cancellationToken);
    }
}
