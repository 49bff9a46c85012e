using System.Text.Json;
using System.Text.Json.Nodes;
using Pictor.Errors;
using Pictor.FakeUpstreams;
using Pictor.Images;
using Pictor.Providers;
using Pictor.Upstream;

namespace Pictor.Tests.Providers;

/// <summary>What the contracts of providers are told about a vendor, and how they call it.</summary>
public abstract class ProviderFacts : IAsyncLifetime
{
    private ProviderBench _bench = null!;

    private protected ProviderBench Bench => _bench;

    private protected FakeRecord Record => _bench.Fake.Record;

    /// <summary>The fake's name of the vendor.</summary>
    private protected abstract string Dialect { get; }

    /// <summary>The upstream model that the calls ask for; it must take a reference image.</summary>
    private protected abstract string Model { get; }

    /// <summary>What follows the fake's address and the dialect in the channel's base address.</summary>
    private protected virtual string BasePath => "";

    /// <summary>The channel's own settings beyond the common ones.</summary>
    private protected virtual IReadOnlyDictionary<string, string> Options { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The most pictures one call makes.</summary>
    private protected virtual int MaxPerCall => 1;

    /// <summary>Optional parameters with a value that is not the default, each tried by itself.</summary>
    private protected virtual IReadOnlyList<string> Parameters =>
        ["aspect_ratio", "seed", "safety_tolerance", "prompt_upsampling", "quality", "style", "background", "moderation", "output_compression", "input_fidelity", "watermark", "user"];

    /// <summary>The code of a moderation error.</summary>
    private protected virtual string ModerationCode => "content_policy_violation";

    /// <summary>Bodies that hold no result but are answered with 200; words for the fake.</summary>
    private protected virtual IReadOnlyList<string> EmptyAnswers => ["fault=empty-object"];

    /// <summary>False where an answer's form is so free that any text holds no error (a chat).</summary>
    private protected virtual bool ChecksSize => true;

    private protected abstract IProvider Create(UpstreamClient client);

    public async ValueTask InitializeAsync() => _bench = await ProviderBench.StartAsync(Create);

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A call for one picture of 1024x1024 whose prompt tells the fake what to do.</summary>
    private protected virtual ProviderCall Call(string directives) => new()
    {
        JobId = "job_1",
        Attempt = 1,
        Channel = new ChannelSettings("test", Bench.Fake.BaseOf(Dialect, BasePath), new Credential(FakeOptions.UsualCredential), Options),
        UpstreamModel = Model,
        Request = new ImageRequest
        {
            Model = "public-model",
            Prompt = directives.Length == 0 ? "a lighthouse" : $"a lighthouse [fake: {directives}]",
            Size = new PixelSize(1024, 1024),
            Seed = 42,
            OutputFormat = OutputFormat.Png,
            ResponseFormat = ResponseFormat.Url,
        },
        Seed = 42,
        WorkFolder = Bench.NewFolder(),
        Progress = _ => { },
    };

    /// <summary>The same call with one more parameter, given by the caller, with a value that is not the default.</summary>
    private protected static ProviderCall Given(ProviderCall call, string name)
    {
        var request = call.Request;
        request = name switch
        {
            "aspect_ratio" => request with { AspectRatio = new AspectRatio(3, 2), Size = new PixelSize(1536, 1024) },
            "seed" => request with { Seed = 7 },
            "safety_tolerance" => request with { SafetyTolerance = 5 },
            "prompt_upsampling" => request with { PromptUpsampling = true },
            "output_format" => request with { OutputFormat = OutputFormat.Jpeg },
            "quality" => request with { Quality = "high" },
            "style" => request with { Style = "natural" },
            "background" => request with { Background = "opaque" },
            "moderation" => request with { Moderation = "low" },
            "output_compression" => request with { OutputCompression = 80, OutputFormat = OutputFormat.Jpeg },
            "input_fidelity" => request with { InputFidelity = "high" },
            "watermark" => request with { Watermark = true },
            "user" => request with { User = "somebody" },
            _ => request with { Extra = new Dictionary<string, JsonElement> { [name] = JsonSerializer.SerializeToElement("x") } },
        };
        return call with { Request = request with { Given = [.. request.Given, name] }, Seed = request.Seed };
    }

    private protected Task<ProviderOutcome> RunAsync(string directives, Func<ProviderCall, ProviderCall>? change = null)
    {
        var call = Call(directives);
        return Bench.RunAsync(change?.Invoke(call) ?? call, TestContext.Current.CancellationToken);
    }

    private protected async Task<ProviderOutcome.Done> DoneAsync(string directives, Func<ProviderCall, ProviderCall>? change = null)
    {
        var outcome = await RunAsync(directives, change);
        return outcome is ProviderOutcome.Failed failed ? throw new ShouldAssertException($"{directives}: {failed.Error}") : outcome.ShouldBeOfType<ProviderOutcome.Done>();
    }

    private protected async Task<GatewayError> FailedAsync(string directives, Func<ProviderCall, ProviderCall>? change = null) =>
        (await RunAsync(directives, change)).ShouldBeOfType<ProviderOutcome.Failed>(directives).Error;

    /// <summary>What the vendor was asked for in the submit at this place, as text that can be compared.</summary>
    private protected string SubmitText(int submit) => (Record.Submits[submit].Parameters ?? new JsonObject()).ToJsonString();
}
