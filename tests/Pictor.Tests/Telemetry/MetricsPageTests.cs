using System.Diagnostics.Metrics;
using Pictor.Telemetry;

namespace Pictor.Tests.Telemetry;

public sealed class MetricsPageTests : IDisposable
{
    private readonly GatewayMetrics _metrics = new();
    private readonly MetricsPage _page;

    public MetricsPageTests() => _page = new MetricsPage(_metrics);

    public void Dispose()
    {
        _page.Dispose();
        _metrics.Dispose();
    }

    [Fact]
    public void A_histogram_counts_into_every_bucket_above_the_value()
    {
        _metrics.CallBegan();
        _metrics.CallEnded("GET /x", "m", 204, TimeSpan.FromSeconds(0.3));
        var lines = Lines();
        lines.ShouldContain("pictor_request_duration_seconds_bucket{operation=\"GET /x\",model=\"m\",status=\"2xx\",le=\"0.25\"} 0");
        lines.ShouldContain("pictor_request_duration_seconds_bucket{operation=\"GET /x\",model=\"m\",status=\"2xx\",le=\"0.5\"} 1");
        lines.ShouldContain("pictor_request_duration_seconds_bucket{operation=\"GET /x\",model=\"m\",status=\"2xx\",le=\"600\"} 1");
        lines.ShouldContain("pictor_request_duration_seconds_bucket{operation=\"GET /x\",model=\"m\",status=\"2xx\",le=\"+Inf\"} 1");
        lines.ShouldContain("pictor_request_duration_seconds_sum{operation=\"GET /x\",model=\"m\",status=\"2xx\"} 0.3");
        lines.ShouldContain("pictor_request_duration_seconds_count{operation=\"GET /x\",model=\"m\",status=\"2xx\"} 1");
    }

    [Fact]
    public void A_value_on_a_bound_belongs_below_it()
    {
        _metrics.CallBegan();
        _metrics.CallEnded("o", "", 200, TimeSpan.FromSeconds(1));
        Lines().ShouldContain("pictor_request_duration_seconds_bucket{operation=\"o\",model=\"\",status=\"2xx\",le=\"1\"} 1");
    }

    [Fact]
    public void An_attempt_over_which_the_clock_was_set_back_takes_nothing_from_the_sum()
    {
        _metrics.AttemptEnded(new AttemptFacts("m", "u", "p", "c", 1, 1, IsResumed: true), isRetry: false, error: null, TimeSpan.FromHours(-1));
        Lines().ShouldContain("pictor_upstream_duration_seconds_sum{model=\"m\",channel=\"c\",outcome=\"delivered\"} 0");
    }

    [Fact]
    public void Counters_of_many_threads_lose_nothing()
    {
        Parallel.For(0, 10_000, number => _metrics.Delivered(number % 2 == 0 ? "delivered" : "failed"));
        Lines().ShouldContain("pictor_webhook_deliveries_total{outcome=\"delivered\"} 5000");
        Lines().ShouldContain("pictor_webhook_deliveries_total{outcome=\"failed\"} 5000");
    }

    [Fact]
    public void Values_of_labels_are_escaped()
    {
        _metrics.Watch("pictor.test", "By", "A test.", () => [new Measurement<double>(2.5, GatewayMetrics.Label("name", "a\"b\\c\nd"))]);
        Lines().ShouldContain("pictor_test_bytes{name=\"a\\\"b\\\\c\\nd\"} 2.5");
    }

    [Fact]
    public void A_gauge_forgets_what_is_gone()
    {
        string[] channels = ["eu", "us"];
        _metrics.Watch("pictor.test", null, "A test.", () => channels.Select(channel => new Measurement<double>(1, GatewayMetrics.Label("channel", channel))));
        Lines().ShouldContain("pictor_test{channel=\"us\"} 1");
        channels = ["eu"];
        Lines().ShouldNotContain("pictor_test{channel=\"us\"} 1");
        Lines().ShouldContain("pictor_test{channel=\"eu\"} 1");
    }

    [Fact]
    public void What_other_gateways_of_this_process_count_is_not_here()
    {
        using var other = new GatewayMetrics();
        other.Delivered("delivered");
        _page.Write().ShouldNotContain("outcome=\"delivered\"");
    }

    private string[] Lines() => _page.Write().Split('\n');
}
