using Pictor.Providers;

namespace Pictor.Routing;

/// <summary>One configured way out: provider, base address, credential, model names, weight.</summary>
internal sealed record Channel
{
    /// <summary>When its row was written; 0 for one of the settings. What was learned of it before counts no more.</summary>
    public long ChangedAt { get; init; }

    public required string Id { get; init; }

    public required IProvider Provider { get; init; }

    public required ChannelSettings Settings { get; init; }

    /// <summary>Public model name to upstream model name; empty for every model (the embedded Sandbox).</summary>
    public required IReadOnlyDictionary<string, string> Models { get; init; }

    /// <summary>Lower numbers are asked first.</summary>
    public int Priority { get; init; }

    /// <summary>Share of the calls inside a priority.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Calls at once; null for no limit.</summary>
    public int? Concurrent { get; init; }

    public bool IsEnabled { get; init; } = true;

    /// <summary>True when it comes from settings, where alone it can be changed.</summary>
    public bool IsConfigured { get; init; }

    /// <summary>How many pictures one call of a public model makes; null where there is no limit.</summary>
    public int? PerCall(string model) => Provider.PerCall(Settings, model, UpstreamModel(model));

    /// <summary>The vendor's name of a public model.</summary>
    public string UpstreamModel(string model) => Models.GetValueOrDefault(model, model);
}
