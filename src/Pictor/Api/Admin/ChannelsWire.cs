using System.Text.Json.Serialization;
using Pictor.Routing;

namespace Pictor.Api.Admin;

/// <summary>A channel as the admin API shows it; whether it has a credential is told, the credential is not.</summary>
internal sealed record ChannelWire
{
    public required string Id { get; init; }

    public string Object => "channel";

    public required string Provider { get; init; }

    public string? BaseUrl { get; init; }

    public required bool HasCredential { get; init; }

    /// <summary>Public model name to upstream model name.</summary>
    public required IReadOnlyDictionary<string, string> Models { get; init; }

    public required int Priority { get; init; }

    public required int Weight { get; init; }

    public int? Concurrent { get; init; }

    public required bool Enabled { get; init; }

    public required IReadOnlyDictionary<string, string> Options { get; init; }

    /// <summary><c>settings</c> or <c>admin</c>: where it can be changed.</summary>
    public required string Source { get; init; }

    public required ChannelHealthWire Health { get; init; }

    public static ChannelWire Of(Channel channel, ChannelReport report) => new()
    {
        Id = channel.Id,
        Provider = channel.Provider.Name,
        BaseUrl = channel.Settings.BaseUrl?.OriginalString,
        HasCredential = channel.Settings.Credential is not null,
        Models = channel.Models,
        Priority = channel.Priority,
        Weight = channel.Weight,
        Concurrent = channel.Concurrent,
        Enabled = channel.IsEnabled,
        Options = channel.Settings.Options,
        Source = channel.IsConfigured ? "settings" : "admin",
        Health = new ChannelHealthWire(
            report.Excluded is not null ? "excluded" : report.PausedUntil is not null ? "paused" : report.OpenModels.Count > 0 ? "breaker_open" : "ok",
            report.Running,
            report.Excluded,
            report.PausedUntil?.ToUnixTimeSeconds(),
            report.LastError,
            report.LastErrorAt?.ToUnixTimeSeconds(),
            report.OpenModels),
    };
}

/// <summary>What recent calls say of a channel.</summary>
internal sealed record ChannelHealthWire(string State, int Running, string? Excluded, long? PausedUntil, string? LastError, long? LastErrorAt, IReadOnlyList<string> OpenModels);

internal sealed record ChannelListWire(IReadOnlyList<ChannelWire> Data, bool HasMore);

internal sealed record ChannelTestWire(bool Ok, bool Tested, string? Message);

internal sealed record ChannelDeletedWire(string Id)
{
    public string Object => "channel";

    public bool Deleted => true;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ChannelListWire))]
[JsonSerializable(typeof(ChannelTestWire))]
[JsonSerializable(typeof(ChannelDeletedWire))]
internal sealed partial class ChannelsWire : JsonSerializerContext;
