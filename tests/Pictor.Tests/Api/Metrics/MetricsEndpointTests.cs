using System.Net;
using System.Text.RegularExpressions;

namespace Pictor.Tests.Api.Metrics;

public sealed partial class MetricsEndpointTests
{
    [Fact]
    public async Task Has_the_names_that_operators_know()
    {
        await using var gateway = await TestGateway.StartAsync(settings: ["Pictor:Channels:eu:Provider=sandbox", "Pictor:Channels:eu:Models=sandbox"]);
        using var made = await gateway.GenerateAsync(new { model = "sandbox", prompt = "A red circle", n = 2 });
        made.StatusCode.ShouldBe(HttpStatusCode.OK);
        var page = await gateway.Client.GetStringAsync("/metrics");
        string[] names =
        [
            "pictor_requests_total", "pictor_request_duration_seconds", "pictor_upstream_duration_seconds", "pictor_images_total", "pictor_cost_usd_total", "pictor_queue_depth",
            "pictor_in_flight", "pictor_channel_up", "pictor_retries_total", "pictor_webhook_deliveries_total",
        ];
        foreach (var name in names)
        {
            page.ShouldContain($"# TYPE {name} ");
        }

        page.ShouldContain("pictor_images_total{model=\"sandbox\",channel=\"eu\"} 2\n");
        page.ShouldContain("pictor_requests_total{operation=\"POST /v1/images/generations\",model=\"sandbox\",status=\"2xx\"} 1\n");
        page.ShouldContain("pictor_upstream_duration_seconds_count{model=\"sandbox\",channel=\"eu\",outcome=\"delivered\"} 1\n");
        page.ShouldContain("pictor_channel_up{channel=\"eu\"} 1\n");
        page.ShouldContain("pictor_in_flight{kind=\"jobs\"} 0\n");
        page.ShouldContain("le=\"600\"");
    }

    [Fact]
    public async Task Every_line_is_one_that_Prometheus_reads()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var made = await gateway.GenerateAsync(new { model = "sandbox", prompt = "A red circle" });
        using var answer = await gateway.Client.GetAsync("/metrics");
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !Line().IsMatch(line)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stranger_s_path_and_model_are_no_label()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var nowhere = await gateway.Client.GetAsync("/wp-admin/canary");
        using var unknown = await gateway.GenerateAsync(new { model = "canary-model", prompt = "x" });
        var page = await gateway.Client.GetStringAsync("/metrics");
        page.ShouldNotContain("canary");
        page.ShouldContain("pictor_requests_total{operation=\"other\",model=\"\",status=\"4xx\"} 1\n");
    }

    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.7")]
    [InlineData("Forwarded", "for=203.0.113.7")]
    public async Task Needs_an_admin_key_when_a_proxy_speaks_for_somebody_else(string header, string value)
    {
        await using var gateway = await TestGateway.StartAsync();
        using var ordinary = await gateway.NewKeyAsync();
        using var nobody = gateway.ClientWith(null);
        (await StatusAsync(nobody)).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(ordinary)).ShouldBe(HttpStatusCode.Forbidden);
        (await StatusAsync(gateway.Client)).ShouldBe(HttpStatusCode.OK);

        // On this machine itself nobody needs one.
        using var local = await nobody.GetAsync("/metrics");
        local.StatusCode.ShouldBe(HttpStatusCode.OK);

        async Task<HttpStatusCode> StatusAsync(HttpClient client)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
            request.Headers.Add(header, value);
            using var answer = await client.SendAsync(request);
            return answer.StatusCode;
        }
    }

    [GeneratedRegex(@"^(# (HELP|TYPE) [a-z_:]+ .+|[a-z_:]+(\{[a-z_]+=""[^""]*""(,[a-z_]+=""[^""]*"")*\})? [0-9.eE+-]+)$")]
    private static partial Regex Line();
}
