using System.Net;
using Pictor.Errors;
using Pictor.Images;
using Pictor.Imaging;
using Pictor.Providers;
using Pictor.Tests.Architecture;

namespace Pictor.Tests.Providers;

/// <summary>One provider more is a folder and one line: nothing else of the gateway knows a provider by name.</summary>
public sealed class SeventhProviderTests
{
    [Fact]
    public async Task A_provider_that_nobody_knew_serves_a_channel_from_the_settings()
    {
        await using var gateway = await TestGateway.StartAsync(
            builder => builder.Services.AddSingleton<IProvider, SeventhProvider>(),
            settings: ["Pictor:Channels:new:Provider=seventh", "Pictor:Channels:new:BaseUrl=http://127.0.0.1:9", "Pictor:Channels:new:Models=dall-e-3=seventh-1"]);

        using var answer = await gateway.GenerateAsync(new { model = "dall-e-3", prompt = "x", size = "1024x1024" });

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        answer.Headers.GetValues("x-pictor-channel").ShouldBe(["new"]);
        var body = await answer.JsonAsync();
        body.GetProperty("data")[0].GetProperty("width").GetInt32().ShouldBe(64);
        using var unknown = await gateway.Client.PostAsJsonAsync("/admin/channels", new { id = "other", provider = "eighth", base_url = "http://127.0.0.1:9", credential = "c", models = "x=y" });
        unknown.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await unknown.Content.ReadAsStringAsync()).ShouldContain("seventh");
    }

    [Theory]
    [MemberData(nameof(ProviderFolderTests.Folders), MemberType = typeof(ProviderFolderTests))]
    public void Only_the_list_names_a_providers_folder(string provider)
    {
        var own = $"Providers/{provider}/";
        Repository.Files("src/Pictor", "*.cs")
            .Where(file => !file.StartsWith(own, StringComparison.Ordinal))
            .Where(file => File.ReadAllText(Repository.PathOf("src", "Pictor", file)) is var text
                && (text.Contains($"Providers.{provider};", StringComparison.Ordinal) || text.Contains($"{provider}Provider", StringComparison.Ordinal)))
            .ShouldBe(["Providers/ProviderList.cs"]);
    }

    private sealed class SeventhProvider : IProvider
    {
        public string Name => "seventh";

        public bool IsFreeAndRepeatable => false;

        public IReadOnlyList<ProviderModel> Models { get; } = [new("seventh-1", new Capabilities { Sizes = new SizeRule.Listed([new PixelSize(64, 64)]), Parameters = new HashSet<string>(), DefaultFormat = OutputFormat.Png }, 1000, "2026-11-01")];

        public ValueTask<ProviderOutcome> StartAsync(ProviderCall call, CancellationToken cancellationToken)
        {
            var path = Path.Combine(call.WorkFolder, "picture.png");
            using var picture = Picture.Solid(64, 64, 10, 20, 30);
            picture.Save(path, new PictureEncoding(PictureFormat.Png));
            return new(new ProviderOutcome.Done([ProviderImage.FromFile(path)]));
        }

        public ValueTask<ProviderOutcome> CheckAsync(ProviderCall call, string handle, CancellationToken cancellationToken) =>
            new(new ProviderOutcome.Failed(new GatewayError(ErrorKind.UpstreamOutcomeUnknown, "It answers at once.")));
    }
}
