using System.Text;
using Pictor.Tests.Upstream;

namespace Pictor.Tests.Cli;

/// <summary>Servers that take a call and then say nothing, or never come to an end.</summary>
public sealed class SilentServerTests
{
    // A bound for a broken build: a command that waits for ever must not make the tests do so.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(100);

    [Fact]
    public async Task A_link_whose_host_says_nothing_is_given_up()
    {
        await using var silent = new RawServer(exchange => exchange.HoldAsync());
        using var cli = new CliRun(key: null);
        var run = await cli.RunAsync("compose", silent.Address + "/a.png", silent.Address + "/b.png", "-o", "both.png", "--timeout", "0.3").WaitAsync(Bound);
        run.Code.ShouldBe(1);
        run.Error.ShouldContain("127.0.0.1:" + silent.Port);

        // Such a host may be better the next time.
        silent.Connections.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task A_link_whose_picture_stops_coming_is_given_up()
    {
        await using var silent = new RawServer(async exchange =>
        {
            await exchange.ReadRequestAsync();
            await exchange.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
            await exchange.HoldAsync();
        });
        using var cli = new CliRun(key: null);
        var run = await cli.RunAsync("compose", silent.Address + "/a.png", silent.Address + "/b.png", "-o", "both.png", "--timeout", "2").WaitAsync(Bound);
        run.Error.ShouldContain("stopped coming");
    }

    [Theory]
    [InlineData("listen")]
    [InlineData("models")]
    public async Task An_answer_that_never_ends_is_given_up(string verb)
    {
        await using var silent = new RawServer(async exchange =>
        {
            await exchange.ReadRequestAsync();
            await exchange.WriteAsync("HTTP/1.1 500 Broken\r\nContent-Length: 1000\r\n\r\n");
            await exchange.HoldAsync();
        });
        using var cli = new CliRun(new Uri(silent.Address));
        var run = await cli.RunAsync(verb, "--timeout", "0.3").WaitAsync(Bound);
        run.Code.ShouldBe(1);
        run.Error.ShouldContain("--timeout");
    }

    [Fact]
    public async Task A_job_whose_server_falls_silent_is_named()
    {
        await using var silent = new RawServer(async exchange =>
        {
            while (true)
            {
                var request = await exchange.ReadRequestAsync();
                if (request.StartsWith("GET", StringComparison.Ordinal))
                {
                    await exchange.HoldAsync();
                    return;
                }

                const string Accepted = """{"id":"gen_1","status":"queued"}""";
                await exchange.WriteAsync($"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(Accepted)}\r\n\r\n{Accepted}");
            }
        });
        using var cli = new CliRun(new Uri(silent.Address));
        var run = await cli.RunAsync("x", "--timeout", "3").WaitAsync(Bound);
        run.Code.ShouldBe(1);
        run.Error.ShouldContain("pictor job gen_1");
    }

    [Fact]
    public async Task A_server_that_says_to_come_back_after_the_timeout_is_not_waited_for()
    {
        await using var relay = await FakeRelay.StartAsync((http, _) =>
        {
            http.Response.Headers.RetryAfter = "3600";
            return FakeRelay.JsonAsync(http, 429, """{"error":{"message":"Slow down."}}""");
        });
        using var cli = new CliRun(relay.Address);
        var run = await cli.RunAsync("x", "--timeout", "20").WaitAsync(Bound);
        run.Code.ShouldBe(1);
        run.Error.ShouldContain("in 3600 s");
    }
}
