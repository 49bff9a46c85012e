using System.Net;
using Pictor.FakeUpstreams;
using Pictor.Imaging;

namespace Pictor.Tests.Providers;

/// <summary>The polling providers through the whole gateway: a channel from the settings, the door, the conductor, the assets.</summary>
public sealed class PolledChannelTests
{
    private static readonly (string Provider, string Models)[] Channels =
    [
        ("bfl", "flux-kontext-pro"),
        ("fal", "flux-kontext-pro=fal-ai/flux-pro/kontext"),
        ("replicate", "flux-kontext-pro=black-forest-labs/flux-kontext-pro"),
    ];

    public static TheoryData<string> Providers => [.. Channels.Select(channel => channel.Provider)];

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Delivers_a_picture_through_a_channel_of_the_settings(string provider)
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(settings: Settings(fake, provider));

        using var answer = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "a lighthouse [fake: polls=2]", aspect_ratio = "16:9", seed = 42 });

        var body = await answer.JsonAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body.ToString());
        answer.Headers.GetValues("x-pictor-channel").ShouldBe(["upstream"]);
        var image = body.GetProperty("data")[0];
        image.GetProperty("width").GetInt32().ShouldBe(1376);
        image.GetProperty("height").GetInt32().ShouldBe(768);
        (await gateway.Client.GetAsync(image.Text("url"))).Content.Headers.ContentType!.MediaType.ShouldBe("image/jpeg");
        fake.Record.Paid.Count.ShouldBe(1);

        var job = await (await gateway.Client.GetAsync("/admin/jobs/" + body.Text("id"))).JsonAsync();
        var id = job.GetProperty("attempts")[0].Text("upstream_id");
        fake.Record.At(Stages.Poll).ShouldContain(poll => poll.Path.Contains(id, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Sends_reference_images_along(string provider)
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(settings: Settings(fake, provider));
        var picture = Convert.ToBase64String(fake.Pictures.Bytes(new FakePicture(1200, 900, PictureFormat.Png, 7)));

        using var answer = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "make it night", input_image = picture });

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        fake.Record.Paid.ShouldHaveSingleItem().Parameters!.ToJsonString().ShouldMatch("input_image|image_url");
    }

    [Theory]
    [InlineData("bfl", 3, 3)]
    [InlineData("fal", 6, 2)]
    [InlineData("replicate", 2, 2)]
    public async Task Asks_for_several_pictures_in_as_many_calls_as_the_vendor_needs(string provider, int wanted, int calls)
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(settings: Settings(fake, provider));

        using var answer = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "a lighthouse", n = wanted, seed = 42 });

        var body = await answer.JsonAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body.ToString());
        body.GetProperty("data").GetArrayLength().ShouldBe(wanted);
        fake.Record.Paid.Count.ShouldBe(calls);
        fake.Record.Paid.Sum(call => call.Pictures).ShouldBe(wanted);
    }

    [Fact]
    public async Task Tells_once_what_the_vendor_takes_differently()
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(settings: Settings(fake, "fal"));

        using var answer = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "a lighthouse", n = 5, aspect_ratio = "5:4", safety_tolerance = 0 });

        var warnings = (await answer.JsonAsync()).GetProperty("warnings").EnumerateArray().Select(warning => warning.Text("param")).ToList();
        warnings.ShouldBe(["aspect_ratio", "safety_tolerance"], ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Says_what_the_vendor_would_not_draw(string provider)
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(settings: Settings(fake, provider));

        using var answer = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "something [fake: moderation=output]" });

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.JsonAsync()).Error().Text("code").ShouldBe("content_policy_violation");
        fake.Record.Paid.Count.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Collects_after_a_restart_what_was_paid_for_before(string provider)
    {
        var folder = Directory.CreateTempSubdirectory("pictor-test-").FullName;
        await using var fake = await FakeUpstream.StartAsync();
        string location;
        await using (var gateway = await TestGateway.StartAsync(folder: folder, settings: [.. Settings(fake, provider), "Pictor:Jobs:StopTime=00:00:00"]))
        {
            using var accepted = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "a slow lighthouse [fake: polls=4]", async = true });
            accepted.StatusCode.ShouldBe(HttpStatusCode.Accepted);
            location = accepted.Headers.Location!.OriginalString;
            await Eventually.TrueAsync(() => fake.Record.At(Stages.Poll).Count > 0);
        }

        await using (var gateway = await TestGateway.StartAsync(folder: folder, settings: Settings(fake, provider)))
        {
            using var answer = await gateway.Client.GetAsync(location + "?wait=60");
            var job = await answer.JsonAsync();
            job.Text("status").ShouldBe("succeeded", job.ToString());
        }

        fake.Record.Paid.Count.ShouldBe(1);
        Directory.Delete(folder, recursive: true);
    }

    private static string[] Settings(FakeUpstream fake, string provider) =>
    [
        $"Pictor:Channels:upstream:Provider={provider}",
        $"Pictor:Channels:upstream:BaseUrl={fake.BaseOf(provider)}",
        $"Pictor:Channels:upstream:Credential={FakeOptions.UsualCredential}",
        $"Pictor:Channels:upstream:Models={Array.Find(Channels, channel => channel.Provider == provider).Models}",
        "Pictor:Upstream:Allow:fake=127.0.0.0/8:*",
    ];
}
