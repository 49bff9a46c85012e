using Microsoft.Extensions.Options;
using Pictor.Tests.Docs;

namespace Pictor.Tests;

/// <summary>What the framework's binder passes over in silence is told at start.</summary>
public sealed class SettingsFormTests
{
    [Fact]
    public void A_name_that_no_setting_has_is_told_together_with_the_other_mistakes()
    {
        var mistakes = Mistakes("Pictor:Jobs:Concurent=5", "Pictor:Job:Concurrent=5", "Pictor:Jobs=5", "Pictor:Jobs:Concurrent=0", "Pictor:Channels:eu:Provider=nobody");
        foreach (var path in new[] { "Pictor:Jobs:Concurent", "Pictor:Job:Concurrent", "Pictor:Jobs" })
        {
            mistakes.ShouldContain($"{path} is no setting; docs/configuration.md has all of them.");
        }

        mistakes.ShouldContain(mistake => mistake.StartsWith("Pictor:Jobs:Concurrent must be", StringComparison.Ordinal));
        mistakes.ShouldContain(mistake => mistake.StartsWith("Pictor:Channels:eu:Provider:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Priority", "first")]
    [InlineData("Weight", "two")]
    [InlineData("Concurrent", "3.5")]
    [InlineData("Enabled", "yes")]
    public void A_channel_with_a_value_that_cannot_be_read_is_not_left_out_in_silence(string name, string value) =>
        Mistakes("Pictor:Channels:eu:Provider=bfl", "Pictor:Channels:eu:Models=flux-kontext-pro", $"Pictor:Channels:eu:{name}={value}")
            .ShouldHaveSingleItem().ShouldStartWith($"Pictor:Channels:eu:{name}: '{value}' is not ");

    [Fact]
    public void Every_value_that_cannot_be_read_is_told_at_once() =>
        Mistakes("Pictor:Jobs:Deadline=an hour", "Pictor:Storage:DiskReserve=1 GB", "Pictor:Telemetry:Logs=xml", "Pictor:Telemetry:TraceShare=half").ShouldBe([
            "Pictor:Jobs:Deadline: 'an hour' is not a time like 00:00:30 or 7.00:00:00.",
            "Pictor:Storage:DiskReserve: '1 GB' is not a whole number, or too large a one.",
            "Pictor:Telemetry:Logs: 'xml' is not one of Text, Json.",
            "Pictor:Telemetry:TraceShare: 'half' is not a number.",
        ]);

    [Fact]
    public void A_channel_may_have_its_providers_own_settings_and_no_others()
    {
        string[] channel = ["Pictor:Channels:eu:Provider=openai", "Pictor:Channels:eu:Models=x", "Pictor:Channels:eu:BaseUrl=https://relay.example.com/v1"];
        Mistakes([.. channel, "Pictor:Channels:eu:Dialect=relay", "Pictor:Channels:eu:references=prompt"]).ShouldBeEmpty();
        Mistakes([.. channel, "Pictor:Channels:eu:Wieght=2"]).ShouldBe(["Pictor:Channels:eu:Wieght is no setting of a channel of openai."]);
    }

    [Fact]
    public void Every_documented_setting_is_known()
    {
        var given = SettingsTree.Sections.SelectMany(section => section.Settings).Where(setting => setting.Type == typeof(string)).Select(setting => $"{setting.Path.Replace("<id>", "one", StringComparison.Ordinal)}=x");
        Mistakes([.. given]).ShouldNotContain(mistake => mistake.Contains("is no setting;", StringComparison.Ordinal));
    }

    [Fact]
    public void Numbers_that_the_server_would_refuse_are_told_like_all_others() =>
        Mistakes("Pictor:Api:MaxConnections=0", "Pictor:Api:MaxBodyBytes=-1").Count.ShouldBe(2);

    [Fact]
    public void A_collectors_address_and_headers_are_looked_at_before_anything_is_sent()
    {
        Mistakes("OTEL_EXPORTER_OTLP_ENDPOINT=collector").ShouldBe(["OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https address."]);
        Mistakes("Pictor:Telemetry:CollectorHeaders=abc").ShouldBe(["Pictor:Telemetry:CollectorHeaders must be name=value, with commas between."]);
        Mistakes("Pictor:Telemetry:CollectorHeaders=authorization=Basic YWJj,x-team=a").ShouldBeEmpty();
    }

    private static IReadOnlyList<string> Mistakes(params string[] settings)
    {
        using var folder = new TemporaryFolder();
        try
        {
            Gateway.Create([$"--Pictor:Data={folder.Path}", .. settings.Select(setting => "--" + setting)]).DisposeAsync().AsTask().GetAwaiter().GetResult();
            return [];
        }
        catch (OptionsValidationException mistakes)
        {
            return [.. mistakes.Failures];
        }
        catch (AggregateException several)
        {
            return [.. several.InnerExceptions.Cast<OptionsValidationException>().SelectMany(mistakes => mistakes.Failures)];
        }
    }
}
