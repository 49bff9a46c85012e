using System.Diagnostics;
using System.Net.Http.Headers;

namespace Pictor.Benchmarks;

/// <summary>So many connections that each ask again as soon as they are answered.</summary>
internal static class Load
{
    public static async Task<LoadResult> RunAsync(MeasuredProcess server, Uri path, string body, int connections, TimeSpan time, string key = MeasuredProcess.AdminKey)
    {
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = connections, UseProxy = false });
        var bytes = System.Text.Encoding.UTF8.GetBytes(body);
        await WhileAsync(TimeSpan.FromSeconds(1));
        server.ResetPeak();
        var cpu = server.Cpu;
        var clock = Stopwatch.StartNew();
        var requests = await WhileAsync(time);
        return new LoadResult(requests / clock.Elapsed.TotalSeconds, (server.Cpu - cpu).TotalMilliseconds / requests, server.PeakRss);

        async Task<int> WhileAsync(TimeSpan bound)
        {
            var started = Stopwatch.StartNew();
            var counts = await Task.WhenAll(Enumerable.Range(0, connections).Select(async _ =>
            {
                var done = 0;
                while (started.Elapsed < bound)
                {
                    await OnceAsync(client, path, bytes, key);
                    done++;
                }

                return done;
            }));
            return counts.Sum();
        }
    }

    private static async Task OnceAsync(HttpClient client, Uri path, byte[] body, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await answer.Content.CopyToAsync(Stream.Null);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{path} answered {(int)answer.StatusCode}.");
        }
    }
}

/// <summary>What one run showed.</summary>
/// <param name="PerSecond">Requests a second.</param>
/// <param name="Cpu">Milliseconds of the server's processor time a request.</param>
/// <param name="PeakRss">The server's most resident memory, in MB.</param>
internal sealed record LoadResult(double PerSecond, double Cpu, double PeakRss);
