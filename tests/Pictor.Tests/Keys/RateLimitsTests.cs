using System.Net;
using Pictor.Errors;
using Pictor.Keys;

namespace Pictor.Tests.Keys;

public sealed class RateLimitsTests
{
    private readonly FakeClock _clock = new();

    [Fact]
    public void No_minute_holds_more_requests_than_the_limit()
    {
        var rates = new RateLimits(_clock);
        var key = Key(requests: 3);
        for (var i = 0; i < 3; i++)
        {
            rates.Take(key, 1);
            _clock.Advance(TimeSpan.FromSeconds(10));
        }

        var refused = Should.Throw<GatewayException>(() => rates.Take(key, 1)).Error;
        refused.Kind.ShouldBe(ErrorKind.RateLimited);
        refused.RetryAfter.ShouldBe(TimeSpan.FromSeconds(30));
        rates.Standing(key).Requests.ShouldBe(new RateCount(3, 0, TimeSpan.FromSeconds(50)));
        _clock.Advance(TimeSpan.FromSeconds(30));
        rates.Take(key, 1);
        Should.Throw<GatewayException>(() => rates.Take(key, 1)).Error.RetryAfter.ShouldBe(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Pictures_are_counted_by_n_and_what_is_refused_counts_nothing()
    {
        var rates = new RateLimits(_clock);
        var key = Key(images: 10);
        rates.Take(key, 4);
        _clock.Advance(TimeSpan.FromSeconds(20));
        rates.Take(key, 4);
        Should.Throw<GatewayException>(() => rates.Take(key, 3)).Error.RetryAfter.ShouldBe(TimeSpan.FromSeconds(40));
        Should.Throw<GatewayException>(() => rates.Take(key, 7)).Error.RetryAfter.ShouldBe(TimeSpan.FromSeconds(60));
        rates.Take(key, 2);
        rates.Standing(key).Images!.Remaining.ShouldBe(0);
    }

    [Fact]
    public void More_pictures_than_a_minute_ever_has_is_no_matter_of_waiting()
    {
        var refused = Should.Throw<GatewayException>(() => new RateLimits(_clock).Take(Key(images: 2), 3)).Error;
        refused.Kind.ShouldBe(ErrorKind.InvalidRequest);
        refused.Param.ShouldBe("n");
    }

    [Fact]
    public async Task A_key_over_its_rate_gets_a_429_with_every_header_that_SDKs_read()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var client = await gateway.NewKeyAsync(new { name = "k", limits = new { requests_per_minute = 2, images_per_minute = 9 } });
        using var first = await gateway.GenerateAsync(new { model = "sandbox", prompt = "x", size = "64x64" }, client);
        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        first.Headers.GetValues("x-ratelimit-limit-requests").ShouldBe(["2"]);
        first.Headers.GetValues("x-ratelimit-remaining-requests").ShouldBe(["1"]);
        first.Headers.GetValues("x-ratelimit-reset-requests").Single().ShouldEndWith("s");
        first.Headers.GetValues("x-ratelimit-remaining-images").ShouldBe(["8"]);
        (await gateway.GenerateAsync(new { model = "sandbox", prompt = "x", size = "64x64" }, client)).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var refused = await gateway.GenerateAsync(new { model = "sandbox", prompt = "x", size = "64x64" }, client);
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 60);
        int.Parse(refused.Headers.GetValues("retry-after-ms").Single()).ShouldBeInRange(1, 60_000);
        refused.Headers.GetValues("x-ratelimit-remaining-requests").ShouldBe(["0"]);
        refused.Headers.Contains("x-should-retry").ShouldBeFalse();
        (await refused.JsonAsync()).Error().Text("code").ShouldBe("rate_limit_exceeded");

        // Looking costs nothing.
        (await client.GetAsync("/v1/models")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_key_has_so_many_jobs_at_once()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var client = await gateway.NewKeyAsync(new { name = "k", limits = new { concurrent = 2 } });
        var slow = Enumerable.Range(0, 2).Select(_ => gateway.GenerateAsync(new { model = "sandbox-slow", prompt = "x", async = true }, client)).ToList();
        var jobs = (await Task.WhenAll(slow)).Select(answer => answer.Headers.GetValues("x-pictor-job").Single()).ToList();
        using var refused = await gateway.GenerateAsync(new { model = "sandbox", prompt = "x", size = "64x64" }, client);
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await refused.JsonAsync()).Error().Text("code").ShouldBe("concurrency_limit_exceeded");
        (await client.PostAsync($"/v1/images/generations/{jobs[0]}/cancel", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await gateway.GenerateAsync(new { model = "sandbox", prompt = "x", size = "64x64" }, client)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static ApiKey Key(int? requests = null, int? images = null) =>
        new() { Id = "key_1", Name = "k", Hint = "", CreatedAt = default, Limits = new KeyLimits(requests, images, null) };
}
