using System.Net;
using System.Text.Json;

namespace Pictor.Tests.Providers;

/// <summary>What a caller sees, and what it costs, when the vendor behind a channel breaks: each dialect, each way of breaking.</summary>
public sealed class BadUpstreamTests
{
    // 300 s in life, and here with PICTOR_LONG=1.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(Environment.GetEnvironmentVariable("PICTOR_LONG") == "1" ? 300 : 1);

    // What never answers: the clock of a call is set to 5 s for it.
    private static readonly (string Directives, string[] Codes)[] Faults =
    [
        ("link=http://192.168.0.1/x.png", ["upstream_unreadable"]),
        ("pictures=0", ["upstream_unreadable", "upstream_failed"]),
        ("fault=truncated-json", ["upstream_unreadable", "upstream_outcome_unknown"]),
        ("fault=wrong-length", ["upstream_unreadable", "upstream_outcome_unknown"]),
        ("fault=html", ["upstream_unreadable", "upstream_outcome_unknown"]),
        ("fault=reset-after-body", ["upstream_outcome_unknown"]),
        ("fault=reset-after-headers", ["upstream_outcome_unknown"]),
        ("fault=reset-in-body", ["upstream_unreadable", "upstream_outcome_unknown"]),
        ("fault=silence", ["upstream_outcome_unknown"]),
        ("fault=big", ["upstream_unreadable", "upstream_outcome_unknown"]),
        ("status=500 body=none", ["upstream_outcome_unknown"]),
        ("status=502 body=html", ["upstream_outcome_unknown"]),
    ];

    public static TheoryData<string> Channels => [.. SixChannels.Ids];

    [Theory]
    [MemberData(nameof(Channels))]
    public async Task Pays_once_charges_nothing_and_says_clearly_what_became_of_it(string channel)
    {
        await using var six = new SixChannels { CallTimeout = TimeSpan.FromSeconds(5) };
        await six.InitializeAsync();
        using var client = await six.Gateway.NewKeyAsync(new { name = "paying", budget = new { amount = "5.00" } });
        foreach (var (directives, codes) in Faults.Where(fault => CanHappen(channel, fault.Directives)))
        {
            var job = Guid.NewGuid().ToString("N");
            using (var answer = await six.Gateway.GenerateAsync(new { model = SixChannels.ModelOf(channel), prompt = $"a lighthouse [fake: {Words(channel, directives)} job={job}]" }, client))
            {
                var text = await answer.Content.ReadAsStringAsync();
                answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway, $"{directives}: {text}");
                JsonDocument.Parse(text).RootElement.Error().Text("code").ShouldBeOneOf(codes, $"{directives}: {text}");
                answer.Headers.GetValues("x-should-retry").ShouldBe(["false"], directives);
                answer.Headers.GetValues("x-pictor-cost").ShouldBe(["0.00"], directives);
            }

            six.Fake.Record.Submits.Count(call => call.Job == job).ShouldBeLessThanOrEqualTo(1, directives);
            six.PaidFor(job).Count.ShouldBeLessThanOrEqualTo(1, directives);

            // Which also sets the breaker back: five failures in a row would end the channel's turn.
            using var after = await six.Gateway.GenerateAsync(new { model = SixChannels.ModelOf(channel), prompt = "a lighthouse" });
            after.StatusCode.ShouldBe(HttpStatusCode.OK, directives);
        }
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public async Task Waits_for_a_vendor_that_says_nothing_for_long_and_then_answers(string channel)
    {
        await using var six = new SixChannels { CallTimeout = TimeSpan.FromMinutes(10) };
        await six.InitializeAsync();
        using var client = six.Gateway.ClientWith(TestGateway.AdminKey);
        client.Timeout = TimeSpan.FromMinutes(10);

        using var answer = await six.Gateway.GenerateAsync(new { model = SixChannels.ModelOf(channel), prompt = $"a lighthouse [fake: delay={Silence.TotalMilliseconds:0}]" }, client);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        six.Fake.Record.Paid.Count.ShouldBe(1);
    }

    // A chat comes as a stream, which has no length: what stands before a cut is whole, and whether it arrives is chance.
    private static bool CanHappen(string channel, string directives) => (channel, directives) is not ("chat", "fault=wrong-length");

    // Where an answer has its picture is the dialect's: a link stands in only some of them, and a chat says in words that there is none.
    private static string Words(string channel, string directives) => (channel, directives) switch
    {
        ("openai" or "relay", _) when directives.StartsWith("link=", StringComparison.Ordinal) => "shape=url " + directives,
        ("chat", "pictures=0") => "chat=silent",
        _ => directives,
    };
}
