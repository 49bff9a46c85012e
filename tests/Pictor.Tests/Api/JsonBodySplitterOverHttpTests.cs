using System.Net;
using System.Net.Sockets;
using System.Text;
using Pictor.Upstream.Splitting;
using Pictor.Errors;

namespace Pictor.Tests.Api;

/// <summary>The splitter behind a real Kestrel and a real socket.</summary>
public sealed class JsonBodySplitterOverHttpTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Exception?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WebApplication _app;

    public JsonBodySplitterOverHttpTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = 3_000_000;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        _app = builder.Build();
        _app.Run(SplitAsync);
    }

    private int Port => new Uri(_app.Urls.Single()).Port;

    public async ValueTask InitializeAsync() => await _app.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Takes_two_bodies_over_one_connection()
    {
        using var client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
        foreach (var length in new[] { 300_000, 2_000_000 })
        {
            using var content = new StringContent($$"""{"image":"{{Convert.ToBase64String(new byte[length])}}"}""");
            using var answer = await client.PostAsync("/", content);
            (await answer.Content.ReadAsStringAsync()).ShouldBe(length.ToString());
        }

        _folder.Files.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Says_413_for_what_Kestrel_does_not_take(bool isChunked)
    {
        using var client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
        using var content = new StringContent($$"""{"image":"{{new string('A', 3_100_000)}}"}""");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = content };
        request.Headers.TransferEncodingChunked = isChunked;
        // The server may close before all is sent; its verdict is what counts.
        await Should.ThrowAsync<Exception>(async () => (await client.SendAsync(request)).EnsureSuccessStatusCode());

        (await _ended.Task).ShouldBeOfType<GatewayException>().Error.Kind.ShouldBe(ErrorKind.BodyTooLarge);
        _folder.Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task Leaves_no_file_when_the_caller_goes_away_in_the_middle()
    {
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, Port);
            var head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2500000\r\n\r\n{\"image\":\"data:image/png;base64,";
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head + new string('A', 2_000_000)));
            // A reset that comes before the head was read leaves no request at all.
            await _begun.Task;
            client.LingerState = new LingerOption(true, 0);
        }

        (await _ended.Task).ShouldNotBeNull();
        _folder.Files.ShouldBeEmpty();
    }

    private async Task SplitAsync(HttpContext context)
    {
        _begun.TrySetResult();
        try
        {
            var options = new BodySplitLimits { Folder = _folder.Path };
            using var body = await JsonBodySplitter.ReadAsync(context.Request.BodyReader, options, CancellationToken.None);
            await context.Response.WriteAsync(body.Values.Single().Bytes.ToString());
        }
        catch (Exception exception)
        {
            _ended.TrySetResult(exception);
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
        }
    }
}
