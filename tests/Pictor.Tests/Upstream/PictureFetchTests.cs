using System.Security.Cryptography;
using System.Text;
using Pictor.Errors;
using Pictor.Upstream;

namespace Pictor.Tests.Upstream;

public sealed class PictureFetchTests
{
    private const string Small = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc";

    [Fact]
    public async Task An_allowed_server_delivers_the_same_bytes()
    {
        var picture = RandomNumberGenerator.GetBytes(3_000_001);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var server = builder.Build();
        server.MapGet("/picture.png", (HttpContext context) => context.Response.Body.WriteAsync(picture).AsTask());
        await server.StartAsync(TestContext.Current.CancellationToken);
        var address = new Uri(server.Urls.Single());
        using var outside = new Outside(options => options.Allow.Add("server", $"127.0.0.1/32:{address.Port}"));

        var fetched = await outside.FetchAsync($"{address}picture.png");

        fetched.ShouldBe(new FetchedPicture(outside.File, picture.Length));
        (await File.ReadAllBytesAsync(outside.File, TestContext.Current.CancellationToken)).ShouldBe(picture);
    }

    [Fact]
    public async Task A_request_tells_nothing_about_us()
    {
        await using var server = RawServer.Saying(Small);
        using var outside = Outside.Allowing(server);
        using var activity = new System.Diagnostics.Activity("call").Start();
        activity.TraceStateString = "secret=1";
        activity.AddBaggage("tenant", "canary");

        await outside.FetchAsync(server.Address + "/a?b=c#d");

        var lines = server.Requests.ShouldHaveSingleItem().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        lines[0].ShouldBe("GET /a?b=c HTTP/1.1");
        lines.Skip(1).Select(line => line[..line.IndexOf(':', StringComparison.Ordinal)])
            .ShouldBe(["Host", "Accept", "Accept-Encoding", "User-Agent"], ignoreOrder: true);
        lines.ShouldContain("Accept-Encoding: identity");
    }

    [Fact]
    public async Task Cookies_are_not_kept()
    {
        await using var server = RawServer.Saying("HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 1\r\n\r\nx");
        using var outside = Outside.Allowing(server);

        await outside.FetchAsync(server.Address);
        File.Delete(outside.File);
        await outside.FetchAsync(server.Address);

        server.Requests.Count.ShouldBe(2);
        server.Requests.ShouldAllBe(request => !request.Contains("Cookie"));
    }

    [Fact]
    public async Task No_connection_is_used_twice()
    {
        await using var server = new RawServer(async exchange =>
        {
            while (true)
            {
                await exchange.ReadRequestAsync();
                await exchange.WriteAsync(Small);
            }
        });
        using var outside = Outside.Allowing(server);

        for (var i = 0; i < 3; i++)
        {
            await outside.FetchAsync(server.Address);
            File.Delete(outside.File);
        }

        server.Connections.ShouldBe(3);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Three_redirects_are_followed_and_a_fourth_is_not(int status)
    {
        await using var server = new RawServer(async exchange =>
        {
            var left = (await exchange.ReadRequestAsync())[5] - '0';
            await exchange.WriteAsync(left == 0 ? Small : $"HTTP/1.1 {status} Moved\r\nLocation: /{left - 1}\r\nContent-Length: 0\r\n\r\n");
        });
        using var outside = Outside.Allowing(server);

        outside.ReasonOf(await outside.FailAsync(server.Address + "/4")).ShouldBe("too many redirects");
        server.Connections.ShouldBe(4);
        (await outside.FetchAsync(server.Address + "/3")).Bytes.ShouldBe(3);
    }

    [Fact]
    public async Task A_redirect_loop_ends()
    {
        await using var server = RawServer.Saying("HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n");
        using var outside = Outside.Allowing(server);

        await outside.FailAsync(server.Address + "/again");

        server.Connections.ShouldBe(4);
    }

    [Theory]
    [InlineData("http://127.0.0.1:{canary}/")]
    [InlineData("//127.0.0.1:{canary}/")]
    [InlineData("http://user@127.0.0.1:{server}/ok")]
    [InlineData("http://user:pass@127.0.0.1:{server}/ok")]
    [InlineData("//user@127.0.0.1:{server}/ok")]
    [InlineData("file:///etc/passwd")]
    [InlineData("file:/etc/passwd")]
    [InlineData("gopher://127.0.0.1:{server}/ok")]
    [InlineData("ftp://127.0.0.1:{server}/ok")]
    [InlineData("data:image/png;base64,AAAA")]
    [InlineData("")]
    public async Task A_redirect_may_not_lead_where_a_link_may_not(string location)
    {
        await using var canary = RawServer.Canary();
        await using var server = new RawServer(async exchange =>
        {
            var ok = (await exchange.ReadRequestAsync()).StartsWith("GET /ok ", StringComparison.Ordinal);
            var target = location.Replace("{canary}", $"{canary.Port}", StringComparison.Ordinal).Replace("{server}", $"{exchange.Server.Port}", StringComparison.Ordinal);
            await exchange.WriteAsync(ok ? Small : $"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n");
        });
        using var outside = new Outside(options =>
        {
            Outside.Allow(options, server);
            options.Allow.Add("port", $"233.252.0.0/24:{canary.Port}");
        });

        await outside.FailAsync(server.Address + "/start");

        (await server.CountAllAsync()).ShouldBe(1);
        (await canary.CountAllAsync()).ShouldBe(0);
    }

    [Theory]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nabc", "status 404")]
    [InlineData("HTTP/1.1 206 Partial Content\r\nContent-Length: 3\r\n\r\nabc", "status 206")]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", "status 204")]
    [InlineData("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", "the redirect is not allowed")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "empty")]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", "empty")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", "the body is compressed")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: identity, br\r\nContent-Length: 3\r\n\r\nabc", "the body is compressed")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc", "cut short")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", "cut short")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n", "cut short")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nabc", "too long")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nabc", null)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc", null)]
    [InlineData("not http at all\r\n\r\n", "no answer")]
    [InlineData("", "no answer")]
    public async Task An_answer_that_is_no_whole_picture_is_refused(string answer, string? reason)
    {
        await using var server = RawServer.Saying(answer);
        using var outside = Outside.Allowing(server);
        var limits = FetchLimits.ForReference(outside.Options, "image[0]") with { MaxBytes = 2000 };
        if (reason is null)
        {
            // Contradicting lengths: refused or read as one of them, but never more than the bytes that came.
            try
            {
                (await outside.FetchAsync(server.Address, limits)).Bytes.ShouldBeLessThanOrEqualTo(3);
            }
            catch (GatewayException)
            {
                outside.FilesLeft.ShouldBe(0);
            }

            return;
        }

        outside.ReasonOf(await outside.FailAsync(server.Address, limits)).ShouldBe(reason);
    }

    [Fact]
    public async Task A_declared_length_that_is_too_short_ends_the_picture_there()
    {
        await using var server = RawServer.Saying("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdefgh");
        using var outside = Outside.Allowing(server);

        (await outside.FetchAsync(server.Address)).Bytes.ShouldBe(3);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", false)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", true)]
    public async Task An_endless_picture_ends_at_the_limit(string head, bool chunked)
    {
        long sent = 0;
        var chunk = Encoding.ASCII.GetBytes((chunked ? "1000\r\n" : "") + new string('x', 4096) + (chunked ? "\r\n" : ""));
        await using var server = new RawServer(async exchange =>
        {
            await exchange.ReadRequestAsync();
            await exchange.WriteAsync(head);
            while (true)
            {
                await exchange.WriteAsync(chunk);
                Interlocked.Add(ref sent, chunk.Length);
            }
        });
        using var outside = Outside.Allowing(server);

        var exception = await outside.FailAsync(server.Address, FetchLimits.ForReference(outside.Options, null) with { MaxBytes = 1_000_000 });

        outside.ReasonOf(exception).ShouldBe("too long");
        // What the sockets' buffers swallowed beyond the limit is theirs.
        Interlocked.Read(ref sent).ShouldBeLessThan(64_000_000);
    }

    [Fact]
    public async Task A_picture_of_exactly_the_limit_is_taken()
    {
        await using var server = RawServer.Saying("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
        using var outside = Outside.Allowing(server);

        (await outside.FetchAsync(server.Address, FetchLimits.ForReference(outside.Options, null) with { MaxBytes = 3 })).Bytes.ShouldBe(3);
    }

    [Fact]
    public async Task A_link_that_drips_ends_with_its_window()
    {
        await using var server = new RawServer(async exchange =>
        {
            await exchange.ReadRequestAsync();
            await exchange.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nabc");
            await exchange.HoldAsync();
        });
        using var outside = Outside.Allowing(server);
        var limits = FetchLimits.ForReference(outside.Options, null) with { StallWindow = TimeSpan.FromMilliseconds(50), StallBytes = 1000 };

        outside.ReasonOf(await outside.FailAsync(server.Address, limits)).ShouldBe("too slow");
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")]
    public async Task Everything_together_has_one_time(string start)
    {
        await using var server = new RawServer(async exchange =>
        {
            await exchange.ReadRequestAsync();
            await exchange.WriteAsync(start);
            await exchange.HoldAsync();
        });
        using var outside = Outside.Allowing(server);

        var exception = await outside.FailAsync(server.Address, FetchLimits.ForReference(outside.Options, null) with { Timeout = TimeSpan.FromMilliseconds(100) });

        exception.InnerException.ShouldBeAssignableTo<OperationCanceledException>();
    }

    [Fact]
    public async Task A_caller_who_leaves_gets_a_cancellation_and_no_file()
    {
        using var leaving = new CancellationTokenSource();
        await using var server = new RawServer(async exchange =>
        {
            await exchange.ReadRequestAsync();
            await exchange.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
            await leaving.CancelAsync();
            await exchange.HoldAsync();
        });
        using var outside = Outside.Allowing(server);

        await Should.ThrowAsync<OperationCanceledException>(() =>
            outside.Client.FetchPictureAsync(server.Address, outside.File, FetchLimits.ForReference(outside.Options, null), leaving.Token));

        outside.FilesLeft.ShouldBe(0);
    }

    [Fact]
    public async Task A_file_that_exists_is_our_mistake_and_stays()
    {
        await using var server = RawServer.Saying(Small);
        using var outside = Outside.Allowing(server);
        await File.WriteAllTextAsync(outside.File, "before", TestContext.Current.CancellationToken);

        await Should.ThrowAsync<IOException>(() => outside.FetchAsync(server.Address));

        (await File.ReadAllTextAsync(outside.File, TestContext.Current.CancellationToken)).ShouldBe("before");
    }

    [Fact]
    public async Task Refused_unresolved_and_unreachable_say_the_same()
    {
        await using var gone = RawServer.Canary();
        await gone.StopListeningAsync();
        using var outside = new Outside(
            options => Outside.Allow(options, gone),
            host => host == "refused.example" ? [System.Net.IPAddress.Parse("10.0.0.1")] : throw new System.Net.Sockets.SocketException(11001));

        var errors = new[]
        {
            (await outside.FailAsync("http://refused.example/")).Error,
            (await outside.FailAsync("http://unknown.example/")).Error,
            (await outside.FailAsync(gone.Address)).Error,
            (await outside.FailAsync("ftp://x/")).Error,
        };

        errors.Distinct().ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            error => error.Kind.ShouldBe(ErrorKind.BadReferenceImage),
            error => error.Param.ShouldBe("image[0]"),
            error => error.Message.ShouldNotContain("127.0.0.1"));
    }
}
