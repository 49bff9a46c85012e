using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pictor.Routing;

/// <summary>A channel that was made through the admin API; its credential is sealed.</summary>
internal sealed record ChannelRow
{
    public const string Columns = "id, provider, base_url, credential, models, options, priority, weight, concurrent, enabled, changed_at";

    public string Id { get; init; } = "";

    public string Provider { get; init; } = "";

    public string? BaseUrl { get; init; }

    /// <summary>Sealed, or null.</summary>
    public string? Credential { get; init; }

    /// <summary>As in settings: <c>public</c> or <c>public=upstream</c>, separated by commas.</summary>
    public string Models { get; init; } = "";

    /// <summary>The provider's own settings as a JSON object of texts.</summary>
    public string Options { get; init; } = "{}";

    public long Priority { get; init; }

    public long Weight { get; init; } = 1;

    public long? Concurrent { get; init; }

    public long Enabled { get; init; } = 1;

    public long ChangedAt { get; init; }

    public static string WriteOptions(Dictionary<string, string> options) => JsonSerializer.Serialize(options, ChannelRowJson.Default.DictionaryStringString);

    public ChannelOptions ToOptions() => new()
    {
        Provider = Provider,
        BaseUrl = BaseUrl,
        Models = Models,
        Priority = (int)Priority,
        Weight = (int)Weight,
        Concurrent = (int?)Concurrent,
        Enabled = Enabled != 0,
        Options = new Dictionary<string, string>(JsonSerializer.Deserialize(Options, ChannelRowJson.Default.DictionaryStringString)!, StringComparer.OrdinalIgnoreCase),
    };
}

/// <summary>How the options of a channel are written in its row.</summary>
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class ChannelRowJson : JsonSerializerContext;
