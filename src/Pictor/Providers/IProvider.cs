using Pictor.Errors;
using Pictor.Images;

namespace Pictor.Providers;

/// <summary>
/// A vendor's dialect. There are two methods because the handle of a pending call is stored: after a crash the job goes on
/// looking instead of paying twice. An edit is the same call with reference images present.
/// </summary>
internal interface IProvider
{
    /// <summary>The name in settings: <c>sandbox</c>, <c>openai</c>, <c>bfl</c>…</summary>
    string Name { get; }

    /// <summary>True when a call costs nothing and may simply be run again after a crash.</summary>
    bool IsFreeAndRepeatable { get; }

    /// <summary>The vendor's models this provider knows; empty when it answers for every model of the catalogue.</summary>
    IReadOnlyList<ProviderModel> Models { get; }

    /// <summary>Sends the call. A blocking vendor never answers <see cref="ProviderOutcome.Pending"/>.</summary>
    ValueTask<ProviderOutcome> StartAsync(ProviderCall call, CancellationToken cancellationToken);

    /// <summary>Looks at a call that was accepted before, by its stored handle; may run in another process than the start.</summary>
    ValueTask<ProviderOutcome> CheckAsync(ProviderCall call, string handle, CancellationToken cancellationToken);

    /// <summary>Asks the vendor to drop a pending call; true only when it said that nothing will be run or billed.</summary>
    ValueTask<bool> CancelAsync(ProviderCall call, string handle, CancellationToken cancellationToken) => new(false);

    /// <summary>
    /// What of this call the vendor's model takes differently or not at all. Pure: the same rules that write the request, asked
    /// before anything is sent, so that a strict caller can be refused in time. The attempt loop tells them to the caller.
    /// </summary>
    IReadOnlyList<Warning> Adaptations(ProviderCall call) => [];

    /// <summary>The names of the settings that a channel of this provider has beside the common ones.</summary>
    IReadOnlyList<string> OwnSettings => [];

    /// <summary>What is wrong with a channel's settings as far as this provider is concerned; asked at start and when a channel is made.</summary>
    IEnumerable<string> Mistakes(ChannelSettings channel) => [];

    /// <summary>How many pictures one call makes over this channel; null where there is no limit.</summary>
    int? PerCall(ChannelSettings channel, string model, string upstreamModel) =>
        Models.Count == 0 ? null : Models.FirstOrDefault(known => known.Name == upstreamModel)?.MaxPerCall ?? 1;

    /// <summary>True for a channel that passes on whatever image parameter was given, without a table of its own (a relay).</summary>
    bool PassesUnjudged(ChannelSettings channel) => false;

    /// <summary>True where a request may go without a size: what the vendor draws then is what was asked for.</summary>
    bool ChoosesSize(ChannelSettings channel) => false;

    /// <summary>Asks the vendor something that costs nothing, to see whether address and credential work.</summary>
    /// <returns>Null when they do; an error that says what does not; or one of kind NotFound when the vendor has nothing that could be asked.</returns>
    ValueTask<GatewayError?> TestAsync(ChannelSettings channel, CancellationToken cancellationToken) =>
        new(new GatewayError(ErrorKind.NotFound, "This provider has nothing that could be asked without paying."));
}
