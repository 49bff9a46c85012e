using System.Net.Http.Headers;
using System.Text.Json;
using Pictor.Errors;
using Pictor.Images;
using Pictor.Imaging;
using Pictor.Upstream;

namespace Pictor.Providers.Replicate;

/// <summary>Replicate's predictions: created once, looked at until they end.</summary>
internal sealed class ReplicateProvider(UpstreamExchange exchange) : IProvider
{
    private static readonly Uri Vendor = new("https://api.replicate.com");

    public string Name => "replicate";

    public bool IsFreeAndRepeatable => false;

    public IReadOnlyList<ProviderModel> Models => ReplicateModels.All;

    public IReadOnlyList<Warning> Adaptations(ProviderCall call) => ReplicateMapping.Adaptations(call, ReplicateModels.ShapeOf(call.UpstreamModel));

    public IReadOnlyList<string> OwnSettings { get; } = [nameof(ReplicateSettings.Wait)];

    public IEnumerable<string> Mistakes(ChannelSettings channel) => ReplicateSettings.Mistakes(channel);

    public async ValueTask<ProviderOutcome> StartAsync(ProviderCall call, CancellationToken cancellationToken)
    {
        var shape = ReplicateModels.ShapeOf(call.UpstreamModel);
        if (ReferenceFit.Check(call, shape.MaxReferences) is { } refused)
        {
            return new ProviderOutcome.Failed(refused);
        }

        var references = await ReferenceFit.FitAsync(call, shape.MaxReferences, SideBySide.Save, cancellationToken);
        var files = new FileMarks();
        var (path, version) = ReplicateMapping.Place(call.UpstreamModel);
        var pictures = new List<string>();
        foreach (var reference in references)
        {
            var (link, fault) = ReplicateMapping.IsLarge(reference) ? await UploadAsync(call, reference, cancellationToken) : default;
            if (fault is not null)
            {
                return new ProviderOutcome.Failed(fault);
            }

            pictures.Add(link ?? $"data:{reference.MediaType};base64,{files.Add(reference.Path)}");
        }

        var input = ReplicateMapping.Input(call, shape, pictures);
        using var request = new HttpRequestMessage(HttpMethod.Post, ChannelAddress.Join(call.Channel.Base(Vendor), path))
        {
            Content = Preparation.Of(() => files.ToContent(JsonSerializer.SerializeToUtf8Bytes(new ReplicateRequest(input) { Version = version }, ReplicateJson.Default.ReplicateRequest))),
        };
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        var credential = Credential(call.Channel);
        request.Headers.TryAddWithoutValidation(credential.Key, credential.Value);
        if (ReplicateSettings.Of(call.Channel).Wait is > 0 and var wait)
        {
            request.Headers.TryAddWithoutValidation("Prefer", $"wait={wait}");
        }

        var (answer, error) = await exchange.SubmitAsync(request, call.WorkFolder, cancellationToken);
        using (answer)
        {
            return answer is null ? new ProviderOutcome.Failed(error!) : ReplicateMapping.Submitted(answer, call, exchange.Now);
        }
    }

    public async ValueTask<ProviderOutcome> CheckAsync(ProviderCall call, string handle, CancellationToken cancellationToken)
    {
        if (PollHandle.Parse(handle) is not { } prediction || ChannelAddress.Segment(prediction.Id) is not { } id)
        {
            return PollHandle.Unreadable();
        }

        var root = call.Channel.Base(Vendor);
        var home = ChannelAddress.Join(root, "v1/predictions/" + id);
        var place = ChannelAddress.Read(prediction.Url) ?? home;
        using var answer = await exchange.LookAsync(HttpMethod.Get, place, call.WorkFolder, ChannelAddress.IsOwn(root, place) ? Credential(call.Channel) : null, cancellationToken);
        var outcome = answer is null ? null : ReplicateMapping.Polled(answer, prediction, call, exchange.Now);
        if (outcome is not null || ChannelAddress.IsOwn(root, place))
        {
            return outcome ?? prediction.Pending(exchange.Now, answer?.RetryAfter(exchange.Now));
        }

        // Behind a proxy's address the answer names the vendor's own, which gets no credential and tells nothing without one.
        using var second = await exchange.LookAsync(HttpMethod.Get, home, call.WorkFolder, Credential(call.Channel), cancellationToken);
        outcome = second is null ? null : ReplicateMapping.Polled(second, prediction, call, exchange.Now);
        return outcome ?? prediction.Pending(exchange.Now, second?.RetryAfter(exchange.Now));
    }

    public async ValueTask<bool> CancelAsync(ProviderCall call, string handle, CancellationToken cancellationToken)
    {
        if (PollHandle.Parse(handle) is not { } prediction || ChannelAddress.Segment(prediction.Id) is not { } id)
        {
            return false;
        }

        var home = ChannelAddress.Join(call.Channel.Base(Vendor), "v1/predictions/" + id);
        using var asked = await AskAsync(HttpMethod.Post, ChannelAddress.Join(home, "cancel"));
        var seen = ReplicateMapping.IsCancelled(asked);
        return asked is { IsSuccess: true } && (seen ?? await exchange.EndsWithoutResultAsync(
            async () =>
            {
                using var answer = await AskAsync(HttpMethod.Get, home);
                return ReplicateMapping.IsCancelled(answer);
            },
            cancellationToken));

        Task<UpstreamAnswer?> AskAsync(HttpMethod method, Uri address) => exchange.LookAsync(method, address, call.WorkFolder, Credential(call.Channel), cancellationToken);
    }

    /// <summary>Asks whose account it is.</summary>
    public async ValueTask<GatewayError?> TestAsync(ChannelSettings channel, CancellationToken cancellationToken) =>
        await exchange.TestAsync(ChannelAddress.Join(channel.Base(Vendor), "v1/account"), Credential(channel), _ => false, cancellationToken);

    // Costs nothing: whatever becomes of it, no prediction was made yet.
    private async Task<(string? Link, GatewayError? Fault)> UploadAsync(ProviderCall call, ReferencePicture reference, CancellationToken cancellationToken)
    {
        using var content = new StreamContent(Preparation.Of(() => new FileStream(reference.Path, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024, useAsync: true)));
        content.Headers.ContentType = new MediaTypeHeaderValue(reference.MediaType);
        using var form = new MultipartFormDataContent { { content, "\"content\"", $"\"reference.{reference.MediaType["image/".Length..]}\"" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, ChannelAddress.Join(call.Channel.Base(Vendor), "v1/files")) { Content = form };
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        var credential = Credential(call.Channel);
        request.Headers.TryAddWithoutValidation(credential.Key, credential.Value);
        var (answer, _) = await exchange.SubmitAsync(request, call.WorkFolder, cancellationToken);
        using (answer)
        {
            return ReplicateMapping.Uploaded(answer, call, exchange.Now);
        }
    }

    private static KeyValuePair<string, string> Credential(ChannelSettings channel) => new("Authorization", "Bearer " + channel.Credential?.Value);
}
