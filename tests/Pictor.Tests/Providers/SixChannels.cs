using Pictor.FakeUpstreams;

namespace Pictor.Tests.Providers;

/// <summary>One gateway with a channel of every dialect there is, each to its fake vendor, for all tests of a class.</summary>
public sealed class SixChannels : IAsyncLifetime
{
    private static readonly (string Id, string Provider, string Path, string Models, string? Dialect)[] Channels =
    [
        ("openai", "openai", "/openai/v1", "gpt-image-1", null),
        ("relay", "openai", "/relay/v1", "relay-kontext=flux-kontext-pro", "relay"),
        ("chat", "openai", "/chat/v1", "chat-kontext=flux-kontext-pro", "chat"),
        ("bfl", "bfl", "/bfl", "bfl-kontext=flux-kontext-pro", null),
        ("fal", "fal", "/fal", "fal-kontext=fal-ai/flux-pro/kontext", null),
        ("replicate", "replicate", "/replicate", "replicate-kontext=black-forest-labs/flux-kontext-pro", null),
    ];

    public static IReadOnlyList<string> Ids { get; } = [.. Channels.Select(channel => channel.Id)];

    /// <summary>How long a call may take; to be set before it starts.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromMinutes(5);

    internal TestGateway Gateway { get; private set; } = null!;

    internal FakeUpstream Fake { get; private set; } = null!;

    /// <summary>The public name of the model that only this channel has.</summary>
    public static string ModelOf(string channel) => Array.Find(Channels, known => known.Id == channel).Models.Split('=')[0];

    public async ValueTask InitializeAsync()
    {
        Fake = await FakeUpstream.StartAsync();
        var settings = Channels.SelectMany(channel => new[]
        {
            $"Pictor:Channels:{channel.Id}:Provider={channel.Provider}",
            $"Pictor:Channels:{channel.Id}:BaseUrl={new Uri(Fake.Address, channel.Path)}",
            $"Pictor:Channels:{channel.Id}:Credential={FakeOptions.UsualCredential}",
            $"Pictor:Channels:{channel.Id}:Models={channel.Models}",
            $"Pictor:Channels:{channel.Id}:Dialect={channel.Dialect}",
        }).Where(setting => !setting.EndsWith(":Dialect=", StringComparison.Ordinal));
        Gateway = await TestGateway.StartAsync(settings: [.. settings, "Pictor:Upstream:Allow:fake=127.0.0.0/8:*", "Pictor:Upstream:RefusalTime=00:00:00", $"Pictor:Upstream:CallTimeout={CallTimeout}"]);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Fake.DisposeAsync();
    }

    /// <summary>The calls of one prompt: other tests use the same vendors.</summary>
    internal IReadOnlyList<CallRecord> PaidFor(string job) => [.. Fake.Record.Paid.Where(call => call.Job == job)];
}
