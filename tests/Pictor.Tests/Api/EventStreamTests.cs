using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pictor.Tests.Api;

/// <summary>Streams as they come over the wire, below what an HTTP client shows.</summary>
public sealed class EventStreamTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private const string Chat = "/v1/chat/completions";
    private const string Generations = "/v1/images/generations";

    // A client that looks at each piece by itself must find whole events in it.
    [Theory]
    [InlineData(Chat, """{"model":"flux-kontext-pro","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"system","content":"s"},{"role":"user","content":"一只猫 【3:1】"}]}""", 5)]
    [InlineData(Chat, """{"model":"sandbox","size":"64x64","stream":true,"progress":true,"messages":[{"role":"user","content":"x [sandbox: delay=0.5s, progress]"}]}""", 5)]
    [InlineData(Chat, """{"model":"sandbox","size":"64x64","stream":true,"messages":[{"role":"user","content":"x [sandbox: fail=failed]"}]}""", 3)]
    [InlineData(Generations, """{"model":"sandbox","size":"64x64","stream":true,"prompt":"x [sandbox: fail=failed]"}""", 2)]
    public async Task Every_event_goes_out_in_one_chunk(string door, string body, int least)
    {
        var chunks = await ChunksAsync(door, body);
        chunks.Count.ShouldBeGreaterThanOrEqualTo(least);
        chunks.ShouldAllBe(chunk => chunk.EndsWith("\n\n") && chunk.IndexOf("\n\n") == chunk.Length - 2);
    }

    // Each step is a signal, and none of them is shown: proxies hear nothing but comments.
    [Fact]
    public async Task A_job_that_tells_of_its_progress_does_not_keep_comments_back()
    {
        await using var gateway = await TestGateway.StartAsync(settings: "Pictor:Api:CommentEvery=00:00:01");
        var chunks = await ChunksAsync(Chat, """{"model":"sandbox","size":"64x64","stream":true,"messages":[{"role":"user","content":"x [sandbox: delay=6s, progress]"}]}""", gateway);
        chunks.Count(chunk => chunk.StartsWith(':')).ShouldBeGreaterThanOrEqualTo(2);
    }

    [Fact]
    public async Task An_event_with_many_warnings_goes_out_in_one_chunk_too()
    {
        var unknown = string.Join(',', Enumerable.Range(0, 90).Select(i => $"\"unknown_{i}\":\"图{new string('x', 150)}\""));
        var chunks = await ChunksAsync(Chat, $$"""{"model":"sandbox","size":"64x64","stream":true,{{unknown}},"messages":[{"role":"user","content":"x"}]}""");
        chunks.ShouldContain(chunk => chunk.Length > 20_000);
        chunks.ShouldAllBe(chunk => chunk.EndsWith("\n\n") && chunk.IndexOf("\n\n") == chunk.Length - 2);
    }

    [Theory]
    [InlineData(Generations, """{"model":"sandbox","size":"256x256","n":2,"response_format":"b64_json","prompt":"a forest"}""")]
    [InlineData(Generations, """{"model":"sandbox","size":"256x256","n":2,"stream":true,"partial_images":3,"prompt":"a forest [sandbox: delay=0.2s]"}""")]
    [InlineData(Chat, """{"model":"sandbox","size":"256x256","stream":true,"modalities":["image"],"messages":[{"role":"user","content":"a forest [sandbox: delay=0.2s]"}]}""")]
    public async Task A_caller_that_hangs_up_in_its_answer_is_no_fault_of_the_gateway(string door, string body)
    {
        var log = new LogLines();
        await using (var gateway = await TestGateway.StartAsync(builder => builder.Logging.AddProvider(log)))
        {
            await Task.WhenAll(Enumerable.Range(0, 30).Select(part => LeaveAsync(gateway, door, body, 300 + (part * 900))));
        }

        // It has stopped: no call is under way that could still log.
        log.Count("by a fault of the gateway").ShouldBe(0);
    }

    private async Task<List<string>> ChunksAsync(string door, string body, TestGateway? gateway = null)
    {
        using var client = await SendAsync(gateway ?? running.Gateway, door, body);
        using var answer = new MemoryStream();
        await client.GetStream().CopyToAsync(answer);
        var text = Encoding.ASCII.GetString(answer.ToArray());
        text.ShouldStartWith("HTTP/1.1 200 ");
        var at = text.IndexOf("\r\n\r\n") + 4;
        var chunks = new List<string>();
        while (true)
        {
            var end = text.IndexOf("\r\n", at);
            var length = Convert.ToInt32(text[at..end], 16);
            if (length == 0)
            {
                return chunks;
            }

            chunks.Add(text.Substring(end + 2, length));
            at = end + 2 + length + 2;
        }
    }

    // Reads so many bytes and resets the connection.
    private static async Task LeaveAsync(TestGateway gateway, string door, string body, int most)
    {
        using var client = await SendAsync(gateway, door, body);
        client.LingerState = new LingerOption(enable: true, seconds: 0);
        var buffer = new byte[most];
        (await client.GetStream().ReadAtLeastAsync(buffer, most, throwOnEndOfStream: false)).ShouldBePositive();
    }

    private static async Task<TcpClient> SendAsync(TestGateway gateway, string door, string body)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, gateway.Address.Port);
        var bytes = Encoding.UTF8.GetBytes(body);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {door} HTTP/1.1\r\nHost: {gateway.Address.Authority}\r\nAuthorization: Bearer {TestGateway.AdminKey}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {bytes.Length}\r\n\r\n"));
        await client.GetStream().WriteAsync(bytes);
        return client;
    }
}
