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
}
