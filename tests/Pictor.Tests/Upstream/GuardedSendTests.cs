using System.Net;
using System.Net.Security;
using System.Text;
using Pictor.Upstream;

namespace Pictor.Tests.Upstream;

public sealed class GuardedSendTests
{
    [Fact]
    public async Task A_delivery_is_posted_as_it_is_and_its_answer_given_back()
    {
        await using var server = RawServer.Saying("HTTP/1.1 202 Accepted\r\nContent-Length: 4\r\n\r\nfine");
        using var outside = Outside.Allowing(server);
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Address + "/hook") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        request.Headers.Add("webhook-id", "msg_1");

        using var response = await outside.Client.SendGuardedAsync(request, GuardedCall.Webhook, TestContext.Current.CancellationToken);

        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        using var body = await BodyLimits.ReadStartAsync(response.Content, 2, TestContext.Current.CancellationToken);
        Encoding.UTF8.GetString(body.Bytes.Span).ShouldBe("fi");
        var sent = server.Requests.ShouldHaveSingleItem();
        sent.ShouldStartWith("POST /hook HTTP/1.1\r\n");
        sent.ShouldContain("webhook-id: msg_1\r\n");
        sent.ShouldEndWith("\r\n\r\n{}");
    }

    [Theory]
    [InlineData(301)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_delivery_follows_no_redirect(int status)
    {
        await using var canary = RawServer.Canary();
        await using var server = RawServer.Saying($"HTTP/1.1 {status} Moved\r\nLocation: http://127.0.0.1:{canary.Port}/\r\nContent-Length: 0\r\n\r\n");
        using var outside = Outside.Allowing(server, canary);
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Address) { Content = new StringContent("{}") };

        using var response = await outside.Client.SendGuardedAsync(request, GuardedCall.Webhook, TestContext.Current.CancellationToken);

        ((int)response.StatusCode).ShouldBe(status);
        (await canary.CountAllAsync()).ShouldBe(0);
    }

    [Theory]
    [InlineData("Authorization", "Bearer x")]
    [InlineData("Cookie", "a=b")]
    [InlineData("x-key", "secret")]
    [InlineData("x-api-key", "secret")]
    [InlineData("Host", "inside.example")]
    [InlineData("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    public async Task A_credential_cannot_be_sent_by_mistake(string name, string value)
    {
        await using var server = RawServer.Canary();
        using var outside = Outside.Allowing(server);
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Address);
        request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();

        await Should.ThrowAsync<ArgumentException>(() => outside.Client.SendGuardedAsync(request, GuardedCall.Poll, TestContext.Current.CancellationToken));

        (await server.CountAllAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_body_cannot_be_sent_where_redirects_are_followed()
    {
        using var outside = new Outside();
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://a.example/") { Content = new StringContent("{}") };

        await Should.ThrowAsync<ArgumentException>(() => outside.Client.SendGuardedAsync(request, GuardedCall.Picture, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_issuers_named_by_a_strangers_certificate_are_not_asked()
    {
        await using var canary = RawServer.Canary();
        using var certificate = TestCertificate.Issued(canary.Address);
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
                // The client refused the certificate, as it should.
            }
        });
        using var outside = Outside.Allowing(server);

        await outside.FailAsync($"https://127.0.0.1:{server.Port}/");

        server.Connections.ShouldBe(1);
        server.Requests.ShouldBeEmpty();
        (await canary.CountAllAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Every_failure_before_an_answer_is_held_for_the_same_time()
    {
        await using var gone = RawServer.Canary();
        await gone.StopListeningAsync();
        var time = new HeldTime();
        var options = Microsoft.Extensions.Options.Options.Create(new UpstreamOptions { RefusalTime = TimeSpan.FromMilliseconds(777) });
        Outside.Allow(options.Value, gone);
        var guard = new AddressGuard(options, time, (host, _) => Task.FromResult<IPAddress[]>(host == "inside.example" ? [IPAddress.Parse("10.0.0.1")] : []));
        using var client = new UpstreamClient(guard, options, time, Microsoft.Extensions.Logging.Abstractions.NullLogger<UpstreamClient>.Instance);

        foreach (var link in new[] { "http://inside.example/", "http://unknown.example/", gone.Address, "file:///etc/passwd", "http://10.0.0.1/" })
        {
            time.Delays.Clear();
            using var request = new HttpRequestMessage(HttpMethod.Get, link);
            await Should.ThrowAsync<LinkFailedException>(() => client.SendGuardedAsync(request, GuardedCall.Poll, TestContext.Current.CancellationToken));
            time.Delays.ShouldContain(TimeSpan.FromMilliseconds(777), link);
        }
    }

    /// <summary>A clock that stands still and fires the refusal's delay at once, keeping what it was asked for.</summary>
    private sealed class HeldTime : TimeProvider
    {
        public System.Collections.Concurrent.ConcurrentBag<TimeSpan> Delays { get; } = [];

        public override long GetTimestamp() => 0;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Delays.Add(dueTime);
            return System.CreateTimer(callback, state, dueTime == TimeSpan.FromMilliseconds(777) ? TimeSpan.Zero : dueTime, period);
        }
    }
}
