using System.Text.Json;
using Pictor.Errors;
using Pictor.Images;
using Pictor.Imaging;
using Pictor.Upstream;

namespace Pictor.Providers.Fal;

/// <summary>fal's queue: submit once, look at the status, fetch the result.</summary>
internal sealed class FalProvider(UpstreamExchange exchange) : IProvider
{
    private static readonly Uri Vendor = new("https://queue.fal.run");

    public string Name => "fal";

    public bool IsFreeAndRepeatable => false;

    public IReadOnlyList<ProviderModel> Models => FalModels.All;

    public IReadOnlyList<Warning> Adaptations(ProviderCall call) => FalMapping.Adaptations(call, FalModels.FamilyOf(call.UpstreamModel));

    public async ValueTask<ProviderOutcome> StartAsync(ProviderCall call, CancellationToken cancellationToken)
    {
        var family = FalModels.FamilyOf(call.UpstreamModel);
        if (ReferenceFit.Check(call, family.MaxReferences) is { } refused)
        {
            return new ProviderOutcome.Failed(refused);
        }

        var references = await ReferenceFit.FitAsync(call, family.MaxReferences, SideBySide.Save, cancellationToken);
        var files = new FileMarks();
        var body = FalMapping.Request(call, family, [.. references.Select(reference => $"data:{reference.MediaType};base64,{files.Add(reference.Path)}")]);
        var root = call.Channel.Base(Vendor);
        using var request = new HttpRequestMessage(HttpMethod.Post, ChannelAddress.Join(root, ChannelAddress.Segments(FalModels.Path(family, references.Count))))
        {
            Content = Preparation.Of(() => files.ToContent(JsonSerializer.SerializeToUtf8Bytes(body, FalJson.Default.FalRequest))),
        };
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        var credential = Credential(call.Channel);
        request.Headers.TryAddWithoutValidation(credential.Key, credential.Value);
        var (answer, error) = await exchange.SubmitAsync(request, call.WorkFolder, cancellationToken);
        using (answer)
        {
            return answer is null ? new ProviderOutcome.Failed(error!) : FalMapping.Submitted(answer, call, root, exchange.Now);
        }
    }

    public async ValueTask<ProviderOutcome> CheckAsync(ProviderCall call, string handle, CancellationToken cancellationToken)
    {
        if (PollHandle.Parse(handle) is not { } queued || ChannelAddress.Segment(queued.Id) is not { } id)
        {
            return PollHandle.Unreadable();
        }

        using var answer = await LookAsync(call, HttpMethod.Get, queued.Url, id + "/status", cancellationToken);
        var (isComplete, hasFailed, isUnknown) = FalMapping.Status(answer);
        if (isUnknown)
        {
            return queued.NotFound(exchange.Now);
        }

        if (isComplete is not null)
        {
            queued = queued with { Missing = null };
        }

        if (isComplete != true)
        {
            return queued.Pending(exchange.Now, answer?.RetryAfter(exchange.Now));
        }

        using var result = await LookAsync(call, HttpMethod.Get, queued.Result, id, cancellationToken);
        var outcome = result is null ? null : FalMapping.Result(result, hasFailed, call, exchange.Now);
        return outcome ?? queued.Pending(exchange.Now, result?.RetryAfter(exchange.Now));
    }

    /// <summary>Asks fal to drop the request. That it was asked says nothing; that it has ended without a result does.</summary>
    public async ValueTask<bool> CancelAsync(ProviderCall call, string handle, CancellationToken cancellationToken)
    {
        if (PollHandle.Parse(handle) is not { } queued || ChannelAddress.Segment(queued.Id) is not { } id)
        {
            return false;
        }

        using var asked = await LookAsync(call, HttpMethod.Put, stored: null, id + "/cancel", cancellationToken);
        if (asked is not { IsSuccess: true })
        {
            return false;
        }

        return await exchange.EndsWithoutResultAsync(
            async () =>
            {
                using var answer = await LookAsync(call, HttpMethod.Get, queued.Url, id + "/status", cancellationToken);
                var (isComplete, hasFailed, _) = FalMapping.Status(answer);
                return isComplete == true ? hasFailed : null;
            },
            cancellationToken);
    }

    /// <summary>Asks about a request that does not exist: who is let in is told so, everybody else is turned away.</summary>
    public async ValueTask<GatewayError?> TestAsync(ChannelSettings channel, CancellationToken cancellationToken) => await exchange.TestAsync(
        ChannelAddress.Join(channel.Base(Vendor), $"fal-ai/flux-pro/requests/{Guid.NewGuid()}/status"),
        Credential(channel),
        answer => answer.Status == 404 && UpstreamErrorBody.Read(answer.Body).IsVendors,
        cancellationToken);

    // A stored address counts only while it is on the origin the channel has today; else the same place is put together.
    private Task<UpstreamAnswer?> LookAsync(ProviderCall call, HttpMethod method, string? stored, string path, CancellationToken cancellationToken)
    {
        var root = call.Channel.Base(Vendor);
        var application = FalModels.Application(FalModels.FamilyOf(call.UpstreamModel).Endpoint);
        var address = ChannelAddress.Read(stored) is { } known && ChannelAddress.IsOwn(root, known)
            ? known
            : ChannelAddress.Join(root, $"{ChannelAddress.Segments(application)}/requests/{path}");
        return exchange.LookAsync(method, address, call.WorkFolder, Credential(call.Channel), cancellationToken);
    }

    private static KeyValuePair<string, string> Credential(ChannelSettings channel) => new("Authorization", "Key " + channel.Credential?.Value);
}
