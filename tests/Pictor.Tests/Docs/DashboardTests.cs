using System.Text.Json;
using System.Text.RegularExpressions;
using Pictor.Tests.Architecture;

namespace Pictor.Tests.Docs;

/// <summary>deploy/grafana/pictor.json asks for metrics that there are.</summary>
public sealed partial class DashboardTests
{
    [Fact]
    public async Task Every_metric_of_the_dashboard_is_on_the_page()
    {
        string[] store = ["Endpoint=http://127.0.0.1:9", "Bucket=pictures", "AccessKey=a", "SecretKey=s"];
        await using var gateway = await TestGateway.StartAsync(settings: [.. store.Select(setting => "Pictor:Assets:S3:" + setting)]);
        var page = await gateway.Client.GetStringAsync("/metrics");
        var there = Typed().Matches(page).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        var asked = Expressions().SelectMany(text => Metric().Matches(text).Select(match => match.Value)).Distinct().ToList();
        asked.Count.ShouldBeGreaterThan(8);
        asked.Where(name => !there.Contains(Suffix().Replace(name, ""))).ShouldBeEmpty();
    }

    private static IEnumerable<string> Expressions()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("deploy", "grafana", "pictor.json")));
        return [.. dashboard.RootElement.GetProperty("panels").EnumerateArray().SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()!)];
    }

    [GeneratedRegex(@"^# TYPE (\S+) ", RegexOptions.Multiline)]
    private static partial Regex Typed();

    [GeneratedRegex("pictor_[a-z_]+")]
    private static partial Regex Metric();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();
}
