using System.Text.Json;
using Pictor.Imaging;

namespace Pictor.EndToEnd;

/// <summary>Every program under samples/, run as its user runs it, with only base URL and key set.</summary>
public sealed class SamplesTests(SharedGateway shared, NodePackages packages) : IClassFixture<NodePackages>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData]
    [InlineData("--bare")]
    public async Task Python_http_client(params string[] arguments)
    {
        var lines = await PythonAsync("http_client.py", arguments);

        (await FetchAsync(lines[0])).Format.ShouldBe(PictureFormat.Png);
        lines[1].ShouldBe("1424x800 png, seed 42, 0.035 USD");
    }

    [Fact]
    public async Task Python_with_the_OpenAI_SDK()
    {
        var lines = await PythonAsync("openai_sdk.py");

        var wide = await FetchAsync(lines[0]);
        wide.Format.ShouldBe(PictureFormat.Jpeg);
        (wide.Width / (double)wide.Height).ShouldBe(21 / 9.0, 0.05);
        Pixels.Decode(_folder.PathOf("circle.png")).ShouldSatisfyAllConditions(
            header => header.Format.ShouldBe(PictureFormat.Png),
            header => (header.Width, header.Height).ShouldBe((1024, 1024)));
        lines[2].ShouldBe("400 invalid_request_error seed: seed must be between 0 and 4294967295 (request True)");
    }

    [Fact]
    public async Task Python_urllib_with_size_and_quality()
    {
        var lines = await PythonAsync("urllib_size.py");

        lines.Length.ShouldBe(2);
        foreach (var number in (int[])[1, 2])
        {
            var header = Pixels.Decode(_folder.PathOf($"lighthouse-{number}.png"));
            (header.Format, header.Width, header.Height).ShouldBe((PictureFormat.Png, 1536, 1024));
        }
    }

    [Fact]
    public async Task Python_with_a_picture_of_ones_own()
    {
        await File.WriteAllBytesAsync(_folder.PathOf("own.png"), Pixels.Solid(600, 400, PictureFormat.Png));

        var lines = await PythonAsync("reference.py", "own.png");

        lines.Length.ShouldBe(2);
        foreach (var line in lines)
        {
            var header = await FetchAsync(line.Split(' ')[1]);
            (header.Width / (double)header.Height).ShouldBe(1.5, 0.05);
        }
    }

    [Fact]
    public async Task Python_job()
    {
        var lines = await PythonAsync("job.py");

        lines[0].ShouldBe("202 True");
        lines[1].ShouldStartWith("succeeded http");
        (await FetchAsync(lines[1].Split(' ')[1])).Format.ShouldBe(PictureFormat.Jpeg);
    }

    [Fact]
    public async Task Python_validation_says_the_exact_messages()
    {
        var lines = await PythonAsync("validation.py");

        const string ratio = "400 invalid_request_error: aspect_ratio must be in format like '1:1', '16:9', '4:3', '3:4', '9:16'";
        const string seed = "400 invalid_request_error: seed must be between 0 and 4294967295";
        const string safety = "400 invalid_request_error: safety_tolerance must be between 0 and 6";
        const string webhook = "400 invalid_request_error: webhook_url must be a valid HTTP or HTTPS URL";
        lines.ShouldBe([ratio, ratio, seed, seed, safety, safety, webhook, webhook]);
    }

    [Fact]
    public async Task Node_with_the_OpenAI_SDK()
    {
        var lines = await NodeAsync("sdk.mjs");

        lines[0].Split(' ').ShouldContain("flux-kontext-pro");
        (await FetchAsync(lines[1])).Format.ShouldBe(PictureFormat.Jpeg);
        lines[2].ShouldBe("1424x800 png, seed 42, warnings 0");
        Pixels.Decode(_folder.PathOf("triangle.png")).Format.ShouldBe(PictureFormat.Png);
        lines[4].ShouldStartWith("BadRequestError 400 invalid_request_error aspect_ratio: aspect_ratio must be in format like '1:1', '16:9', '4:3', '3:4', '9:16' (request req_");
        lines[5].ShouldBe("AuthenticationError 401 invalid_api_key");
    }

    [Fact]
    public async Task Node_fetch_with_size_and_quality()
    {
        var lines = await NodeAsync("fetch.mjs");

        lines[0].ShouldEndWith("bytes, image/png, 1792x1024, 0.12 USD");
        Pixels.Decode(_folder.PathOf("city.png")).Format.ShouldBe(PictureFormat.Png);
    }

    [Fact]
    public async Task Curl_with_size_and_quality()
    {
        var lines = await BashAsync("generate.sh");

        JsonDocument.Parse(lines[0]).RootElement.Text("status").ShouldBe("succeeded");
        var header = Pixels.Decode(_folder.PathOf("forest.png"));
        (header.Format, header.Width, header.Height).ShouldBe((PictureFormat.Png, 1024, 1792));
    }

    [Fact]
    public async Task Curl_job()
    {
        var lines = await BashAsync("job.sh");

        var job = JsonDocument.Parse(lines[1]).RootElement;
        lines[0].ShouldBe("/v1/images/generations/" + job.Text("id"));
        job.Text("status").ShouldBe("succeeded");
    }

    [Fact]
    public async Task DotNet_with_the_OpenAI_SDK()
    {
        var lines = (await Shell.RunAsync(_folder.Root, Environment(), GatewayProcess.Metadata("DotNetSample"))).Lines();

        (await FetchAsync(lines[0])).Format.ShouldBe(PictureFormat.Jpeg);
        Pixels.Decode(_folder.PathOf("sunset.jpg")).Format.ShouldBe(PictureFormat.Jpeg);
        lines[2].ShouldStartWith("400: HTTP 400 (invalid_request_error");
    }

    [Fact]
    public async Task Every_sample_is_in_the_list_and_is_run_here()
    {
        var list = await File.ReadAllTextAsync(Path.Combine(packages.Samples, "README.md"));
        var programs = Directory.EnumerateFiles(packages.Samples, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetExtension(path) is ".py" or ".mjs" or ".sh" && !path.Contains("node_modules", StringComparison.Ordinal))
            .Select(path => Path.GetRelativePath(packages.Samples, path))
            .ToArray();
        programs.Length.ShouldBe(10);
        programs.ShouldAllBe(program => list.Contains($"]({program})", StringComparison.Ordinal));
    }

    private async Task<string[]> PythonAsync(string program, params string[] arguments) =>
        (await Shell.RunAsync(_folder.Root, Environment(), "python3", [Path.Combine(packages.Samples, "python", program), .. arguments])).Lines();

    private async Task<string[]> NodeAsync(string program) =>
        (await Shell.RunAsync(_folder.Root, Environment(), "node", Path.Combine(packages.Samples, "node", program))).Lines();

    private async Task<string[]> BashAsync(string program) =>
        (await Shell.RunAsync(_folder.Root, Environment(), "bash", Path.Combine(packages.Samples, "curl", program))).Lines();

    private Dictionary<string, string> Environment() => new(StringComparer.Ordinal)
    {
        ["OPENAI_BASE_URL"] = shared.Gateway.BaseUrl.ToString(),
        ["OPENAI_API_KEY"] = GatewayProcess.AdminKey,
        ["PYTHONPATH"] = Path.Combine(AppContext.BaseDirectory, "Stand-ins", "python"),
        ["PYTHONDONTWRITEBYTECODE"] = "1",
        ["PYTHONIOENCODING"] = "utf-8",
    };

    private static async Task<PictureHeader> FetchAsync(string link)
    {
        using var stranger = new HttpClient();
        return Pixels.Decode(await stranger.GetByteArrayAsync(link));
    }
}
