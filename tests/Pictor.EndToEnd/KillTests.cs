using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Pictor.Imaging;

namespace Pictor.EndToEnd;

/// <summary>SIGKILL under load, again and again on one data folder.</summary>
/// <remarks><c>PICTOR_KILL_CYCLES</c> (10) and <c>PICTOR_KILL_SEED</c> (1) change how often and when.</remarks>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Callers = 4;
    private const int MostJobsACycle = 40;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly ConcurrentDictionary<string, Promise> _accepted = new(StringComparer.Ordinal);
    private readonly string _small = Convert.ToBase64String(Pixels.Solid(64, 64, PictureFormat.Png));
    private readonly string _large = Convert.ToBase64String(Pixels.Solid(700, 500, PictureFormat.Png).Concat(new byte[90_000]).ToArray());

    [Fact]
    public async Task Loses_no_accepted_job_and_leaves_no_half_picture()
    {
        var cycles = Number("PICTOR_KILL_CYCLES", 10);
        var seed = Number("PICTOR_KILL_SEED", 1);
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        var data = folder.PathOf("data");

        for (var cycle = 0; cycle < cycles; cycle++)
        {
            await using var gateway = await GatewayProcess.StartAsync(data);
            var before = _accepted.Keys.ToArray();
            (await MissingAsync(gateway, before)).ShouldBeEmpty($"cycle {cycle}, seed {seed}");
            using var over = new CancellationTokenSource();
            var left = new StrongBox { Value = MostJobsACycle };
            var callers = Enumerable.Range(0, Callers).Select(number => CallAsync(gateway, new Random((seed * 1000) + (cycle * 10) + number), left, over.Token)).ToArray();
            var torn = HalfABodyAsync(gateway, over.Token);

            // When it dies is what is tried out here; nothing waits for this time to be over.
            await Task.Delay(random.Next(30, 1500));
            gateway.Kill();
            await over.CancelAsync();
            await Task.WhenAll([.. callers, torn]);
            output.WriteLine($"cycle {cycle}: ready in {gateway.StartedIn.TotalMilliseconds:0} ms, {_accepted.Count} accepted so far");
        }

        await using (var last = await GatewayProcess.StartAsync(data))
        {
            _accepted.ShouldNotBeEmpty();
            foreach (var (id, wanted) in _accepted)
            {
                await CheckEndAsync(last, id, wanted);
            }

            // What a kill left in the place of finished pictures without a row goes soon after the start.
            await Poll.UntilAsync(async () => (await DataFolderAudit.FaultsAsync(data)).Count == 0 ? "clean" : null, TimeSpan.FromSeconds(20), "a clean folder: " + string.Join('\n', await DataFolderAudit.FaultsAsync(data)));
            last.AskToStop();
            (await last.ExitCodeAsync(Patience)).ShouldBe(0, last.Output);
        }

        (await DataFolderAudit.FaultsAsync(data)).ShouldBeEmpty();
        var states = await DataFolderAudit.StatesAsync(data);
        output.WriteLine($"{_accepted.Count} jobs with a 202; rows: {string.Join(", ", states.Select(state => $"{state.Key} {state.Value}"))}");
        states.Keys.ShouldBeSubsetOf(["succeeded", "failed"]);
        states.Values.Sum().ShouldBeGreaterThanOrEqualTo(_accepted.Count);
    }

    private static int Number(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private async Task CallAsync(GatewayProcess gateway, Random random, StrongBox left, CancellationToken over)
    {
        while (!over.IsCancellationRequested && Interlocked.Decrement(ref left.Value) >= 0)
        {
            var (body, wanted) = Body(random);
            try
            {
                using var answer = await gateway.Client.PostAsJsonAsync("/v1/images/generations", body, over);
                answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
                _accepted[(await answer.JsonAsync()).Text("id")] = wanted;
            }
            catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException or IOException or JsonException)
            {
                // Killed before the whole 202 was here: this caller was promised nothing.
                return;
            }
        }
    }

    private (Dictionary<string, object> Body, Promise Wanted) Body(Random random)
    {
        var body = new Dictionary<string, object>(StringComparer.Ordinal) { ["model"] = "sandbox", ["size"] = "128x128", ["async"] = true };
        var wanted = new Promise("succeeded", 1);
        body["prompt"] = "A small green square centered on a white background.";
        switch (random.Next(8))
        {
            case 0:
                body["prompt"] = "Sunset [sandbox: delay=1500ms]";
                break;
            case 1:
                body["prompt"] = "Sunset [sandbox: delay=200ms, fail=moderated]";
                wanted = new Promise("failed", 0);
                break;
            case 2:
                body["n"] = 3;
                wanted = wanted with { Pictures = 3 };
                body["output_format"] = "webp";
                break;
            case 3:
                body["model"] = "flux-kontext-pro";
                body.Remove("size");
                break;
            case 4:
                body["input_image"] = _small;
                body["output_format"] = "jpeg";
                break;
            case 5:
                body["image"] = new[] { _large, _small };
                break;
            case 6:
                body["model"] = "gpt-image-1";
                body.Remove("size");
                break;
            default:
                break;
        }

        return (body, wanted);
    }

    // A body whose second half never comes: its spooled picture must not outlive the process.
    private async Task HalfABodyAsync(GatewayProcess gateway, CancellationToken over)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(gateway.Address.Host, gateway.Address.Port, over);
            var head = $"POST /v1/images/generations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {GatewayProcess.AdminKey}\r\nContent-Type: application/json\r\nContent-Length: 9000000\r\n\r\n{{\"prompt\":\"x\",\"image\":\"{_large}";
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), over);
            await client.GetStream().CopyToAsync(Stream.Null, over);
        }
        catch (Exception fault) when (fault is IOException or SocketException or OperationCanceledException)
        {
            // The gateway is gone.
        }
    }

    private static async Task<string[]> MissingAsync(GatewayProcess gateway, string[] ids)
    {
        var missing = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (id, cancellationToken) =>
        {
            using var answer = await gateway.Client.GetAsync($"/v1/images/generations/{id}", cancellationToken);
            if (!answer.IsSuccessStatusCode)
            {
                missing.Add($"{id}: {answer.StatusCode}");
            }
        });
        return [.. missing];
    }

    private static async Task CheckEndAsync(GatewayProcess gateway, string id, Promise wanted)
    {
        using var answer = await gateway.Client.GetAsync($"/v1/images/generations/{id}?wait=120");
        var job = await answer.JsonAsync();
        job.Text("status").ShouldBe(wanted.Status, job.ToString());
        if (wanted.Status == "failed")
        {
            job.Error().Text("code").ShouldBe("content_policy_violation");
            return;
        }

        job.GetProperty("data").GetArrayLength().ShouldBe(wanted.Pictures, job.ToString());
        foreach (var image in job.GetProperty("data").EnumerateArray())
        {
            var bytes = image.TryGetProperty("b64_json", out var whole)
                ? whole.GetBytesFromBase64()
                : await gateway.Client.GetByteArrayAsync(gateway.Rebase(image.Text("url")));
            Pixels.FormatOf(bytes).ToString().ShouldBe(image.Text("format"), StringCompareShould.IgnoreCase);
        }
    }

    /// <summary>What a caller with a 202 may count on.</summary>
    private sealed record Promise(string Status, int Pictures);

    private sealed class StrongBox
    {
        public int Value;
    }
}
