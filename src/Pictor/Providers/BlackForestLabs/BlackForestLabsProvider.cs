using System.Text.Json;
using Pictor.Errors;
using Pictor.Images;
using Pictor.Imaging;
using Pictor.Upstream;

namespace Pictor.Providers.BlackForestLabs;

/// <summary>Black Forest Labs' own API: submit once, then look at the polling address until the task ends.</summary>
internal sealed class BlackForestLabsProvider(UpstreamExchange exchange) : IProvider
{
    private const string CredentialHeader = "x-key";

    private static readonly Uri Vendor = new("https://api.bfl.ai");

    public string Name => "bfl";

    public bool IsFreeAndRepeatable => false;

    public IReadOnlyList<ProviderModel> Models => BlackForestLabsModels.All;

    public IReadOnlyList<Warning> Adaptations(ProviderCall call) => BlackForestLabsMapping.Adaptations(call, BlackForestLabsModels.ShapeOf(call.UpstreamModel));

    public async ValueTask<ProviderOutcome> StartAsync(ProviderCall call, CancellationToken cancellationToken)
    {
        var shape = BlackForestLabsModels.ShapeOf(call.UpstreamModel);
        if (ReferenceFit.Check(call, shape.MaxReferences) is { } refused)
        {
            return new ProviderOutcome.Failed(refused);
        }

        var references = await ReferenceFit.FitAsync(call, shape.MaxReferences, SideBySide.Save, cancellationToken);
        var files = new FileMarks();
        var body = BlackForestLabsMapping.Request(call, shape, [.. references.Select(reference => files.Add(reference.Path))]);
        var address = ChannelAddress.Join(call.Channel.Base(Vendor), "v1/" + ChannelAddress.Segments(call.UpstreamModel));
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = Preparation.Of(() => files.ToContent(JsonSerializer.SerializeToUtf8Bytes(body, BlackForestLabsJson.Default.FluxInput))),
        };
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        request.Headers.TryAddWithoutValidation(CredentialHeader, call.Channel.Credential?.Value);
        var (answer, error) = await exchange.SubmitAsync(request, call.WorkFolder, cancellationToken);
        using (answer)
        {
            return answer is null ? new ProviderOutcome.Failed(error!) : BlackForestLabsMapping.Submitted(answer, call, exchange.Now);
        }
    }

    public async ValueTask<ProviderOutcome> CheckAsync(ProviderCall call, string handle, CancellationToken cancellationToken)
    {
        if (PollHandle.Parse(handle) is not { } task)
        {
            return PollHandle.Unreadable();
        }

        var root = call.Channel.Base(Vendor);
        var home = new Uri(ChannelAddress.Join(root, "v1/get_result"), "?id=" + Uri.EscapeDataString(task.Id));
        var polling = Polling(task) ?? home;
        using var answer = await exchange.LookAsync(HttpMethod.Get, polling, call.WorkFolder, Credential(call, root, polling), cancellationToken);
        var outcome = answer is null ? null : BlackForestLabsMapping.Polled(answer, task, call, exchange.Now);

        // A regional address that does not answer us may still be answered for at home; home not knowing the task means nothing then.
        if (outcome is null && !ChannelAddress.IsOwn(root, polling))
        {
            using var second = await exchange.LookAsync(HttpMethod.Get, home, call.WorkFolder, Credential(call, root, home), cancellationToken);
            var seen = second is null or { Status: 404 } ? null : BlackForestLabsMapping.Polled(second, task with { Missing = null }, call, exchange.Now);
            outcome = seen is ProviderOutcome.Pending ? null : seen;
        }

        return outcome ?? task.Pending(exchange.Now, answer?.RetryAfter(exchange.Now));
    }

    /// <summary>Asks for the account's credits.</summary>
    public async ValueTask<GatewayError?> TestAsync(ChannelSettings channel, CancellationToken cancellationToken) =>
        await exchange.TestAsync(ChannelAddress.Join(channel.Base(Vendor), "v1/credits"), new(CredentialHeader, channel.Credential?.Value ?? ""), _ => false, cancellationToken);

    private static Uri? Polling(PollHandle task)
    {
        if (ChannelAddress.Read(task.Url) is not { } address)
        {
            return null;
        }

        // The vendor's clients add the id where the address lacks it.
        return address.Query.Contains("id=", StringComparison.Ordinal) ? address : new UriBuilder(address) { Query = (address.Query.Length > 1 ? address.Query[1..] + "&" : "") + "id=" + Uri.EscapeDataString(task.Id) }.Uri;
    }

    private static KeyValuePair<string, string>? Credential(ProviderCall call, Uri root, Uri address) =>
        BlackForestLabsMapping.MaySeeCredential(root, address) ? new(CredentialHeader, call.Channel.Credential?.Value ?? "") : null;
}
