using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace Pictor.Benchmarks;

/// <summary>From the request of a stream to its first event, through the gateway and through a bare forwarder to an upstream that answers at once.</summary>
internal static class FirstChunkBenchmark
{
    private const int Warming = 300;
    private const int Calls = 1500;

    private const string Body = """{"model":"sandbox","size":"64x64","stream":true,"messages":[{"role":"user","content":"a lighthouse"}]}""";

    public static async Task RunAsync()
    {
        await using var upstream = await InstantStream.StartAsync();
        await using var forwarder = await MeasuredProcess.ForwarderAsync(new Uri(upstream.Address, "v1/chat/completions"));
        await using var gateway = await MeasuredProcess.GatewayAsync();
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var bare = new List<double>();
        var ours = new List<double>();
        for (var call = 0; call < Warming + Calls; call++)
        {
            // In turn, so that whatever else the machine does falls on both.
            bare.Add(await OnceAsync(client, forwarder.Address));
            ours.Add(await OnceAsync(client, gateway.Address));
        }

        var (forwarded, made) = (Of(bare), Of(ours));
        Console.WriteLine($"\nfirst chunk of a chat stream, {Calls} calls in turn, median / 90 % / 99 %: forwarder {forwarded}, gateway {made}; the gateway adds {made.Median - forwarded.Median:0.00} ms at the median");
    }

    private static Percentiles Of(List<double> times)
    {
        var sorted = times.Skip(Warming).Order().ToList();
        return new Percentiles(At(0.5), At(0.9), At(0.99));

        double At(double share) => sorted[(int)(sorted.Count * share)];
    }

    private static async Task<double> OnceAsync(HttpClient client, Uri address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "v1/chat/completions")) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "benchmark-admin-key-01");
        var clock = Stopwatch.StartNew();
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await answer.Content.ReadAsStreamAsync();
        var first = new byte[1];
        await stream.ReadExactlyAsync(first);
        var time = clock.Elapsed.TotalMilliseconds;
        await stream.CopyToAsync(Stream.Null);
        return time;
    }

    private sealed record Percentiles(double Median, double High, double Highest)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Median:0.00} / {High:0.00} / {Highest:0.00} ms");
    }
}
