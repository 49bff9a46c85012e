using System.Text;
using System.Text.Json;
using Pictor.Errors;
using Pictor.Images;
using Pictor.Imaging;
using Pictor.Providers;
using Pictor.Providers.Sandbox;

namespace Pictor.Tests.Providers.Sandbox;

public sealed class SandboxProviderTests : IDisposable
{
    private readonly SandboxCalls _calls = new();

    public void Dispose() => _calls.Dispose();

    [Theory]
    [InlineData("sunset over mountains")]
    [InlineData("星空下的雪山")]
    [InlineData("an essay on the nature of time")]
    [InlineData("a cat")]
    [InlineData("a logo saying \"Pictor 图\"")]
    public async Task Gives_the_same_bytes_for_the_same_request(string prompt)
    {
        var first = await File.ReadAllBytesAsync(await _calls.FileAsync(_calls.Request(prompt)));
        var second = await File.ReadAllBytesAsync(await _calls.FileAsync(_calls.Request(prompt)));

        second.ShouldBe(first);
    }

    [Theory]
    [InlineData("sunset over mountains")]
    [InlineData("an essay on the nature of time")]
    public async Task Gives_another_picture_for_another_seed_or_model(string prompt)
    {
        var request = _calls.Request(prompt);
        var first = await File.ReadAllBytesAsync(await _calls.FileAsync(request));

        (await File.ReadAllBytesAsync(await _calls.FileAsync(request with { Seed = 8 }))).ShouldNotBe(first);
        (await File.ReadAllBytesAsync(await _calls.FileAsync(request with { Model = "other" }))).ShouldNotBe(first);
    }

    [Theory]
    [InlineData(OutputFormat.Png, PictureFormat.Png)]
    [InlineData(OutputFormat.Jpeg, PictureFormat.Jpeg)]
    [InlineData(OutputFormat.WebP, PictureFormat.WebP)]
    internal async Task Writes_the_format_and_size_that_were_asked_for(OutputFormat asked, PictureFormat format)
    {
        var file = await _calls.FileAsync(_calls.Request("a forest") with { OutputFormat = asked, Size = new PixelSize(640, 384) });

        var header = PictureProbe.Read(file, PictureLimits.Default);
        (header.Format, header.Width, header.Height).ShouldBe((format, 640, 384));
    }

    [Fact]
    public async Task Numbers_the_seeds_of_several_pictures()
    {
        var done = await _calls.DrawAsync(_calls.Request("a beach") with { N = 3, Seed = uint.MaxValue });

        done.Images.Select(image => image.Seed).ShouldBe([4294967295L, 0L, 1L]);
        done.Images.Select(image => image.File).Distinct().Count().ShouldBe(3);
        done.Seed.ShouldBe(4294967295L);
    }

    [Fact]
    public async Task Makes_smaller_files_at_a_lower_compression_quality()
    {
        var request = _calls.Request("city at night") with { OutputFormat = OutputFormat.Jpeg };

        var low = new FileInfo(await _calls.FileAsync(request with { OutputCompression = 10 })).Length;
        var high = new FileInfo(await _calls.FileAsync(request with { OutputCompression = 95 })).Length;

        high.ShouldBeGreaterThan(low * 2);
    }

    [Theory]
    [InlineData("quality")]
    [InlineData("style")]
    [InlineData("watermark")]
    public async Task Draws_differently_for_each_parameter_it_takes(string param)
    {
        var request = _calls.Request("mountains at sunset");
        var changed = param switch
        {
            "quality" => request with { Quality = "low" },
            "style" => request with { Style = "vivid" },
            _ => request with { Watermark = true },
        };

        (await File.ReadAllBytesAsync(await _calls.FileAsync(changed))).ShouldNotBe(await File.ReadAllBytesAsync(await _calls.FileAsync(request)));
    }

    [Fact]
    public async Task Says_what_it_drew_when_it_may_rewrite_the_prompt()
    {
        var request = _calls.Request("sunset over mountains. [sandbox: progress, delay=0s]");

        (await _calls.DrawAsync(request)).Images[0].RevisedPrompt.ShouldBeNull();
        (await _calls.DrawAsync(request with { PromptUpsampling = true })).Images[0].RevisedPrompt
            .ShouldBe("sunset over mountains. The sandbox drew a layered scene of sunset, mountains, sun.");
    }

    [Fact]
    public async Task Counts_tokens_as_the_gpt_image_family_does()
    {
        var request = _calls.Request("a red dot") with { Size = new PixelSize(1024, 1024), Quality = "low", N = 2 };

        (await _calls.DrawAsync(request with { Model = "gpt-image-1" })).Usage.ShouldBe(new ImageUsage(3, 0, 544));
    }

    [Fact]
    public async Task Warns_about_what_has_no_effect()
    {
        var request = _calls.Request("a red dot [sandbox: dance]") with
        {
            Quality = "superb",
            Background = "transparent",
            OutputFormat = OutputFormat.Jpeg,
            Extra = new Dictionary<string, JsonElement> { ["steps"] = JsonDocument.Parse("30").RootElement },
        };

        (await _calls.DrawAsync(request)).Warnings.Select(warning => $"{warning.Param} {warning.Action} {warning.Requested}")
            .ShouldBe(["prompt ignored dance", "quality ignored superb", "background adapted transparent", "steps ignored 30"]);
    }

    [Fact]
    public async Task Has_no_warnings_for_what_it_honours()
    {
        var request = _calls.Request("a cat") with { Quality = "hd", Style = "natural", Background = "opaque", Moderation = "low", InputFidelity = "low", Watermark = true };

        (await _calls.DrawAsync(request)).Warnings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("[sandbox: fail=moderated] a cat", ErrorKind.Moderated)]
    [InlineData("a cat [sandbox: fail=unreadable]", ErrorKind.UpstreamUnreadable)]
    [InlineData("[sandbox: risk=3]", ErrorKind.Moderated)]
    internal async Task Fails_when_it_is_told_to(string prompt, ErrorKind kind) =>
        (await _calls.StartAsync(_calls.Call(_calls.Request(prompt)))).ShouldBeOfType<ProviderOutcome.Failed>().Error.Kind.ShouldBe(kind);

    [Fact]
    public async Task Says_when_to_try_again_at_its_rate_limit()
    {
        var error = (await _calls.StartAsync(_calls.Call(_calls.Request("[sandbox: fail=rate_limited]")))).ShouldBeOfType<ProviderOutcome.Failed>().Error;

        error.Kind.ShouldBe(ErrorKind.UpstreamRateLimited);
        error.RetryAfter.ShouldBe(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Fails_the_first_attempts_only_when_a_number_says_so()
    {
        var call = _calls.Call(_calls.Request("a cat [sandbox: fail=unreachable@2]"));

        (await _calls.StartAsync(call)).ShouldBeOfType<ProviderOutcome.Failed>();
        (await _calls.StartAsync(call with { Attempt = 2 })).ShouldBeOfType<ProviderOutcome.Failed>();
        (await _calls.StartAsync(call with { Attempt = 3 })).ShouldBeOfType<ProviderOutcome.Done>();
    }

    [Theory]
    [InlineData(2, null, 2, true)]
    [InlineData(3, null, 2, false)]
    [InlineData(6, null, 6, true)]
    [InlineData(7, null, 6, false)]
    [InlineData(4, "low", 0, true)]
    [InlineData(5, "low", 6, false)]
    [InlineData(2, "auto", 0, true)]
    [InlineData(3, "auto", 6, false)]
    public async Task Holds_a_risk_against_the_tolerance_of_the_request(int risk, string? moderation, int tolerance, bool passes)
    {
        var request = _calls.Request($"a cat [sandbox: risk={risk}]") with { Moderation = moderation, SafetyTolerance = tolerance };

        (await _calls.StartAsync(_calls.Call(request)) is ProviderOutcome.Done).ShouldBe(passes);
    }

    [Fact]
    public async Task Waits_on_the_clock_it_was_given_and_tells_its_progress()
    {
        var clock = new StepClock();
        _calls.Time = clock;

        await _calls.DrawAsync(_calls.Request("a dot [sandbox: progress, delay=20s]"));

        _calls.Progress.ShouldBe([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
        clock.Waited.ShouldBe(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Takes_eight_seconds_as_the_slow_model()
    {
        var clock = new StepClock();
        _calls.Time = clock;

        await _calls.DrawAsync(_calls.Request("a dot") with { Model = "sandbox-slow" });

        clock.Waited.ShouldBe(TimeSpan.FromSeconds(8));
    }

    [Fact]
    public async Task Stops_waiting_when_it_is_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        var call = _calls.Call(_calls.Request("a dot [sandbox: delay=300s]"));
        var running = _calls.StartAsync(call, cancelled.Token);
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    [Fact]
    public async Task Does_not_hand_out_a_call_to_look_at_later()
    {
        using var provider = new SandboxProvider(_calls.Options, TimeProvider.System);

        (await provider.CheckAsync(_calls.Call(_calls.Request("a dot")), "x", default)).ShouldBeOfType<ProviderOutcome.Failed>();
        provider.Name.ShouldBe("sandbox");
        provider.IsFreeAndRepeatable.ShouldBeTrue();
        provider.Models.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("xml")]
    [InlineData("bidi")]
    [InlineData("control")]
    [InlineData("surrogates")]
    [InlineData("quotes")]
    [InlineData("brackets")]
    [InlineData("marks")]
    [InlineData("shapes")]
    [InlineData("random")]
    public async Task Survives_any_32000_characters(string kind)
    {
        var prompt = kind switch
        {
            "xml" => Repeat("\"</text></svg><image href='file:///etc/passwd'/>&#x0;&amp;]]>\" "),
            "bidi" => Repeat("“\u202e\u2066\u200f\ufeff<b>“ \u202d"),
            "control" => Repeat("'\u0001\u0008\u001f\u007f\u0085\uffff\ufffe' a\u0000"),
            "surrogates" => "\"" + Repeat("\ud800\udc00\udfff\ud83d") + "\"",
            "quotes" => Repeat("\"'“‘「『«"),
            "brackets" => Repeat("[ sandbox [[[ sandbox:"),
            "marks" => "\"Z" + Repeat("\u0301\u0489\u20dd")[..31_000] + "\"",
            "shapes" => Repeat("99 red circles left of "),
            _ => RandomText(),
        };

        var done = await _calls.DrawAsync(_calls.Request(prompt) with { PromptUpsampling = true, Size = new PixelSize(256, 256) });

        PictureProbe.Read(done.Images[0].File!, PictureLimits.Default).Width.ShouldBe(256);

        static string Repeat(string text) => string.Concat(Enumerable.Repeat(text, (32_000 / text.Length) + 1))[..32_000];

        static string RandomText()
        {
            var random = new Random(11);
            var text = new StringBuilder("\"");
            while (text.Length < 32_000)
            {
                text.Append((char)random.Next(1, 65_536));
            }

            return text.ToString(0, 32_000);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(16, 2000)]
    [InlineData(2000, 16)]
    public async Task Draws_at_sizes_nobody_wants(int width, int height)
    {
        foreach (var prompt in (string[])["a cat", "city at night", "three red circles", "an essay", "a sign \"hello\""])
        {
            var file = await _calls.FileAsync(_calls.Request(prompt) with { Size = new PixelSize(width, height) });
            PictureProbe.Read(file, PictureLimits.Default).Height.ShouldBe(height);
        }
    }

    /// <summary>A clock whose timers fire at once and add up.</summary>
    private sealed class StepClock : TimeProvider
    {
        public TimeSpan Waited { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waited += dueTime;
            return TimeProvider.System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
