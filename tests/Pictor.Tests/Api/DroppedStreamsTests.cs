using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pictor.Tests.Api;

/// <summary>Callers that hang up at every possible moment of a stream: the job goes on, and is found by its id.</summary>
public sealed class DroppedStreamsTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private readonly TestGateway _gateway = running.Gateway;

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"sandbox","size":"64x64","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"x [sandbox: delay=0.3s]"}]}""")]
    [InlineData("/v1/images/generations", """{"model":"sandbox","size":"64x64","stream":true,"partial_images":3,"prompt":"x [sandbox: delay=0.4s]"}""")]
    public async Task A_stream_that_is_dropped_after_any_byte_leaves_its_job_alone(string door, string body)
    {
        using var client = await _gateway.NewKeyAsync();
        var key = client.DefaultRequestHeaders.Authorization!.Parameter!;
        var whole = await ReadAsync(door, body, key, int.MaxValue);
        whole.ShouldBeGreaterThan(600);

        // Nothing, inside of the headers, around each chunk, the last byte; the rest spread over all of it.
        int[] cuts = [0, 1, 15, 200, 400, 500, 600, .. Enumerable.Range(1, 25).Select(part => whole * part / 26), whole - 2, whole - 1];
        await Task.WhenAll(cuts.Select(cut => ReadAsync(door, body, key, cut)));

        await Eventually.TrueAsync(async () => (await JobsAsync(client)).All(status => status is "succeeded"));

        // Who left before the body was read may have no job; who has read a byte of the answer has one.
        (await JobsAsync(client)).Count.ShouldBeInRange(cuts.Length, cuts.Length + 1);
    }

    [Fact]
    public async Task A_follower_that_hangs_up_leaves_the_job_alone()
    {
        using var made = await _gateway.GenerateAsync(new { model = "sandbox", size = "64x64", prompt = "x [sandbox: delay=1s, progress]", async = true });
        var id = (await made.JsonAsync()).Text("id");
        foreach (var cut in (int[])[0, 1, 100, 300, 500])
        {
            await ReadAsync($"/v1/images/generations/{id}/events", body: null, TestGateway.AdminKey, cut);
        }

        using var found = await _gateway.Client.GetAsync($"/v1/images/generations/{id}?wait=60");
        (await found.JsonAsync()).Text("status").ShouldBe("succeeded");
    }

    private static async Task<List<string>> JobsAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("/v1/images/generations?limit=100");
        return [.. (await answer.JsonAsync()).GetProperty("data").EnumerateArray().Select(job => job.Text("status"))];
    }

    // Reads so many bytes of the answer, and resets the connection.
    private async Task<int> ReadAsync(string path, string? body, string key, int most)
    {
        using var client = new TcpClient { LingerState = new LingerOption(enable: true, seconds: 0) };
        await client.ConnectAsync(IPAddress.Loopback, _gateway.Address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"{(body is null ? "GET" : "POST")} {path} HTTP/1.1\r\nHost: {_gateway.Address.Authority}\r\nAuthorization: Bearer {key}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {body?.Length ?? 0}\r\n\r\n{body}"));
        var buffer = new byte[16 * 1024];
        var read = 0;
        while (read < most && await stream.ReadAsync(buffer.AsMemory(0, Math.Min(buffer.Length, most - read))) is > 0 and var count)
        {
            read += count;
        }

        return read;
    }
}
