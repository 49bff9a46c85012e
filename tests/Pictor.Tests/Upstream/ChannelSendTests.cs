using System.Net.Security;
using System.Text;
using Pictor.Errors;
using Pictor.Upstream;

namespace Pictor.Tests.Upstream;

public sealed class ChannelSendTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

    [Fact]
    public async Task Sends_to_loopback_without_being_asked_why()
    {
        await using var server = RawServer.Saying(Ok);
        using var outside = new Outside();
        using var request = Post(server);
        request.Headers.Add("Authorization", "Bearer channel");

        using var response = await SendAsync(outside, request);

        (await response.Content.ReadAsStringAsync()).ShouldBe("{}");
        var sent = server.Requests.ShouldHaveSingleItem();
        sent.ShouldContain("Authorization: Bearer channel\r\n");
        sent.ShouldContain("Content-Type: application/json; charset=utf-8\r\n");
        sent.ShouldContain("Content-Length: 12\r\n");
        sent.ShouldNotContain("traceparent");
        sent.ShouldEndWith("\r\n\r\n{\"paid\":true");
    }

    [Theory]
    [InlineData(307)]
    [InlineData(308)]
    [InlineData(302)]
    public async Task A_redirect_is_given_back_and_not_followed(int status)
    {
        await using var canary = RawServer.Canary();
        await using var server = RawServer.Saying($"HTTP/1.1 {status} Moved\r\nLocation: {canary.Address}/\r\nContent-Length: 0\r\n\r\n");
        using var outside = new Outside();
        using var request = Post(server);

        using var response = await SendAsync(outside, request);

        ((int)response.StatusCode).ShouldBe(status);
        (await canary.CountAllAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_refused_connection_was_not_sent()
    {
        await using var gone = RawServer.Canary();
        await gone.StopListeningAsync();
        using var outside = new Outside();
        using var request = Post(gone);

        (await FailAsync(outside, request)).ShouldBe(new UpstreamFailure(SendOutcome.NotSent, "no connection"));
    }

    [Fact]
    public async Task A_name_without_an_address_was_not_sent()
    {
        using var outside = new Outside();
        // RFC 6761: no look-up of this name leaves a well-behaved resolver with an address.
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://pictor.invalid/");

        (await FailAsync(outside, request)).Outcome.ShouldBe(SendOutcome.NotSent);
    }

    [Fact]
    public async Task A_TLS_alert_was_not_sent()
    {
        // Fatal alert, handshake_failure.
        await using var server = new RawServer(async exchange =>
        {
            await exchange.Stream.ReadExactlyAsync(new byte[5]);
            await exchange.WriteAsync([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28]);
        });
        using var outside = new Outside();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"https://127.0.0.1:{server.Port}/") { Content = new StringContent("x") };

        (await FailAsync(outside, request)).ShouldBe(new UpstreamFailure(SendOutcome.NotSent, "TLS failed"));
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_was_not_sent()
    {
        using var certificate = TestCertificate.Issued("http://127.0.0.1:9");
        await using var server = new RawServer(async exchange =>
        {
            await using var tls = new SslStream(exchange.Stream);
            try
            {
                await tls.AuthenticateAsServerAsync(TestCertificate.Offline(certificate));
                exchange.Stream = tls;
                await exchange.ReadRequestAsync();
            }
            catch (System.Security.Authentication.AuthenticationException)
            {
                // The client refused.
            }
        });
        using var outside = new Outside();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"https://127.0.0.1:{server.Port}/") { Content = new StringContent("x") };

        (await FailAsync(outside, request)).ShouldBe(new UpstreamFailure(SendOutcome.NotSent, "TLS failed"));
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_handshake_that_hangs_was_not_sent()
    {
        await using var server = new RawServer(exchange => exchange.HoldAsync());
        using var outside = new Outside(options => options.ConnectTimeout = TimeSpan.FromMilliseconds(100));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"https://127.0.0.1:{server.Port}/") { Content = new StringContent("x") };

        (await FailAsync(outside, request)).Outcome.ShouldBe(SendOutcome.NotSent);
    }

    [Fact]
    public async Task A_caller_who_leaves_before_there_is_a_connection_did_not_send()
    {
        using var leaving = new CancellationTokenSource();
        await using var server = new RawServer(async exchange =>
        {
            await leaving.CancelAsync();
            await exchange.HoldAsync();
        });
        using var outside = new Outside();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"https://127.0.0.1:{server.Port}/") { Content = new StringContent("x") };

        var exception = await Should.ThrowAsync<OperationCanceledException>(() => outside.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leaving.Token));

        UpstreamFailure.Of(exception, request).ShouldBe(new UpstreamFailure(SendOutcome.NotSent, "no connection in time"));
    }

    [Fact]
    public async Task Accepted_and_reset_before_anything_is_read_is_unknown()
    {
        await using var server = new RawServer(async exchange =>
        {
            // An empty read waits for bytes and takes none.
            _ = await exchange.Stream.ReadAsync(Memory<byte>.Empty);
            exchange.Reset();
        });
        using var outside = new Outside();
        using var request = Post(server);

        (await FailAsync(outside, request)).Outcome.ShouldBe(SendOutcome.Unknown);
        (await server.CountAllAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Reset_after_the_headers_is_unknown()
    {
        await using var server = new RawServer(async exchange =>
        {
            await exchange.ReadHeadAsync();
            exchange.Reset();
        });
        using var outside = new Outside();
        using var request = Post(server, new string('x', 1_000_000));

        (await FailAsync(outside, request)).Outcome.ShouldBe(SendOutcome.Unknown);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le")]
    [InlineData("nonsense\r\n\r\n")]
    public async Task Reset_after_the_body_is_unknown(string begun)
    {
        await using var server = new RawServer(async exchange =>
        {
            await exchange.ReadRequestAsync();
            await exchange.WriteAsync(begun);
            exchange.Reset();
        });
        using var outside = new Outside();
        using var request = Post(server);

        (await FailAsync(outside, request)).Outcome.ShouldBe(SendOutcome.Unknown);
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Silence_is_unknown_when_the_call_has_had_its_time()
    {
        await using var server = new RawServer(async exchange =>
        {
            await exchange.ReadRequestAsync();
            await exchange.HoldAsync();
        });
        using var outside = new Outside(options => options.CallTimeout = TimeSpan.FromMilliseconds(300));
        using var request = Post(server);

        (await FailAsync(outside, request)).ShouldBe(new UpstreamFailure(SendOutcome.Unknown, "no answer in time"));
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_caller_who_leaves_after_sending_does_not_know()
    {
        using var leaving = new CancellationTokenSource();
        await using var server = new RawServer(async exchange =>
        {
            await exchange.ReadRequestAsync();
            await leaving.CancelAsync();
            await exchange.HoldAsync();
        });
        using var outside = new Outside();
        using var request = Post(server);

        var exception = await Should.ThrowAsync<OperationCanceledException>(() => outside.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leaving.Token));

        UpstreamFailure.Of(exception, request).Outcome.ShouldBe(SendOutcome.Unknown);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_paid_call_on_a_connection_that_closes_is_written_once(bool withBody)
    {
        await using var server = new RawServer(async exchange =>
        {
            await exchange.ReadRequestAsync();
            await exchange.WriteAsync(Ok);
            await exchange.ReadRequestAsync();
            // Closed without a word: the handler would dial again and write the same request.
        });
        using var outside = new Outside();
        using (var first = Post(server))
        using (var answer = await SendAsync(outside, first))
        {
            (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe("{}");
        }

        using var second = withBody ? Post(server) : new HttpRequestMessage(HttpMethod.Post, server.Address);

        (await FailAsync(outside, second)).Outcome.ShouldBe(SendOutcome.Unknown);
        server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_paid_call_is_unknown_even_when_the_second_dial_is_refused()
    {
        await using var server = new RawServer(async exchange =>
        {
            await exchange.ReadRequestAsync();
            await exchange.WriteAsync(Ok);
            await exchange.ReadRequestAsync();
            await exchange.Server.CloseDoorAsync();
        });
        using var outside = new Outside();
        using (var first = Post(server))
        using (var answer = await SendAsync(outside, first))
        {
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }

        using var second = Post(server);

        (await FailAsync(outside, second)).Outcome.ShouldBe(SendOutcome.Unknown);
        server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_buffered_answer_is_small()
    {
        await using var server = RawServer.Saying("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + new string('x', 1_100_000));
        using var outside = new Outside();
        using var request = Post(server);

        await Should.ThrowAsync<HttpRequestException>(() => outside.Client.SendAsync(request, HttpCompletionOption.ResponseContentRead, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void An_outcome_becomes_the_error_that_routing_knows()
    {
        ErrorTable.Row(new UpstreamFailure(SendOutcome.NotSent, "x").ToError().Kind).TryNextChannel.ShouldBeTrue();
        ErrorTable.Row(new UpstreamFailure(SendOutcome.Unknown, "x").ToError().Kind).TryNextChannel.ShouldBeFalse();
    }

    [Fact]
    public async Task A_body_cannot_be_written_twice()
    {
        using var content = new OneShotContent(new StringContent("paid"));
        content.Headers.ContentLength.ShouldBe(4);
        content.Started.ShouldBeFalse();

        await content.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);

        content.Started.ShouldBeTrue();
        await Should.ThrowAsync<InvalidOperationException>(() => content.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));
    }

    private static HttpRequestMessage Post(RawServer server, string body = "{\"paid\":true") =>
        new(HttpMethod.Post, server.Address + "/v1/images") { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    private static Task<HttpResponseMessage> SendAsync(Outside outside, HttpRequestMessage request) =>
        outside.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

    private static async Task<UpstreamFailure> FailAsync(Outside outside, HttpRequestMessage request) =>
        UpstreamFailure.Of(await Should.ThrowAsync<Exception>(() => SendAsync(outside, request)), request);
}
