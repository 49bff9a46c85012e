using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Pictor.FakeUpstreams;

namespace Pictor.Benchmarks;

/// <summary>Edits with pictures as large as people have them, all at once: the memory of a gateway that keeps no picture in it.</summary>
internal static class EditsBenchmark
{
    private const int Calls = 32;
    private const int Pictures = 4;
    private const int PictureBytes = 10 * 1024 * 1024;

    public static async Task RunAsync()
    {
        await using var fake = await FakeUpstream.StartAsync(new FakeOptions { Credential = "benchmark-admin-key-01" });
        await RunAsync("drawn by the Sandbox", "gpt-image-1");
        await RunAsync("sent on to an OpenAI channel", "gpt-image-1",
            "Pictor:Channels:fake:Provider=openai", $"Pictor:Channels:fake:BaseUrl={fake.BaseOf("openai", "/v1")}", "Pictor:Channels:fake:Credential=benchmark-admin-key-01", "Pictor:Channels:fake:Models=gpt-image-1");
    }

    private static async Task RunAsync(string title, string model, params string[] settings)
    {
        await using var gateway = await MeasuredProcess.GatewayAsync(settings);
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Calls }) { BaseAddress = gateway.Address, Timeout = TimeSpan.FromMinutes(10) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "benchmark-admin-key-01");
        var picture = NoisePng.Make(PictureBytes);
        var idle = gateway.Rss;
        var peaks = new List<double>();
        var clock = Stopwatch.StartNew();
        for (var round = 0; round < 3; round++)
        {
            gateway.ResetPeak();
            var answers = await Task.WhenAll(Enumerable.Range(0, Calls).Select(_ => OnceAsync(client, model, picture)));
            if (Array.FindIndex(answers, status => status != HttpStatusCode.OK) is >= 0 and var wrong)
            {
                throw new InvalidOperationException($"An edit was answered with {(int)answers[wrong]}.");
            }

            peaks.Add(gateway.PeakRss);
        }

        Console.WriteLine($"\n{Calls} edits at once with {Pictures} pictures of 10 MB each, {title}: peak RSS {string.Join(" / ", peaks.Select(peak => $"{peak:0}"))} MB in three rounds, idle {idle:0} MB; {clock.Elapsed.TotalSeconds / peaks.Count:0.0} s a round");
    }

    private static async Task<HttpStatusCode> OnceAsync(HttpClient client, string model, byte[] picture)
    {
        using var form = new MultipartFormDataContent { { new StringContent(model), "model" }, { new StringContent("put all of them on one wall"), "prompt" }, { new StringContent("1024x1024"), "size" } };
        for (var position = 0; position < Pictures; position++)
        {
            var part = new ByteArrayContent(picture);
            part.Headers.ContentType = new MediaTypeHeaderValue("image/png");
            form.Add(part, "image[]", $"picture-{position}.png");
        }

        using var answer = await client.PostAsync("v1/images/edits", form);
        await answer.Content.CopyToAsync(Stream.Null);
        return answer.StatusCode;
    }
}
